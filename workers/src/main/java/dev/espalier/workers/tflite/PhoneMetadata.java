package dev.espalier.workers.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import org.tensorflow.lite.support.metadata.schema.AssociatedFile;
import org.tensorflow.lite.support.metadata.schema.AssociatedFileType;
import org.tensorflow.lite.support.metadata.schema.ColorSpaceType;
import org.tensorflow.lite.support.metadata.schema.Content;
import org.tensorflow.lite.support.metadata.schema.ContentProperties;
import org.tensorflow.lite.support.metadata.schema.FeatureProperties;
import org.tensorflow.lite.support.metadata.schema.ImageProperties;
import org.tensorflow.lite.support.metadata.schema.ModelMetadata;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;
import org.tensorflow.lite.support.metadata.schema.ProcessUnit;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitOptions;
import org.tensorflow.lite.support.metadata.schema.Stats;
import org.tensorflow.lite.support.metadata.schema.SubGraphMetadata;
import org.tensorflow.lite.support.metadata.schema.TensorMetadata;

/**
 * What TensorFlow Lite's metadata say of an image classifier: that its input is an image of pixels
 * as they are, and in which file the classes of its output are named. Phones' libraries read them.
 */
final class PhoneMetadata {
  /** The file with the names of the classes, one a line. */
  static final String LABELS = "labels.txt";

  /** The first version of the schema has all of this. */
  private static final String MIN_PARSER_VERSION = "1.0.0";

  private final FlatBufferBuilder file = new FlatBufferBuilder(1024);

  private PhoneMetadata() {}

  /**
   * The metadata as a FlatBuffer with the identifier {@code M001}.
   *
   * @param channels of the image: 3 are red, green, blue, 1 is grey
   */
  static byte[] of(int channels) {
    return new PhoneMetadata().encode(channels);
  }

  private byte[] encode(int channels) {
    int inputs =
        SubGraphMetadata.createInputTensorMetadataVector(file, new int[] {image(channels)});
    int outputs =
        SubGraphMetadata.createOutputTensorMetadataVector(file, new int[] {probabilities()});
    SubGraphMetadata.startSubGraphMetadata(file);
    SubGraphMetadata.addInputTensorMetadata(file, inputs);
    SubGraphMetadata.addOutputTensorMetadata(file, outputs);
    int subgraph = SubGraphMetadata.endSubGraphMetadata(file);
    int subgraphs = ModelMetadata.createSubgraphMetadataVector(file, new int[] {subgraph});
    int name = file.createString("Image classifier by Espalier");
    int version = file.createString(MIN_PARSER_VERSION);
    ModelMetadata.startModelMetadata(file);
    ModelMetadata.addName(file, name);
    ModelMetadata.addSubgraphMetadata(file, subgraphs);
    ModelMetadata.addMinParserVersion(file, version);
    ModelMetadata.finishModelMetadataBuffer(file, ModelMetadata.endModelMetadata(file));
    return file.sizedByteArray();
  }

  private int image(int channels) {
    byte colours =
        switch (channels) {
          case 1 -> ColorSpaceType.GRAYSCALE;
          case 3 -> ColorSpaceType.RGB;
          default -> ColorSpaceType.UNKNOWN;
        };
    int properties = ImageProperties.createImageProperties(file, colours, 0);
    int content = Content.createContent(file, ContentProperties.ImageProperties, properties, 0);
    int units = TensorMetadata.createProcessUnitsVector(file, new int[] {asTheyAre()});
    int name = file.createString(GraphBuilder.IMAGE);
    int description = file.createString("The values of the pixels, 0 to 255.");
    int stats = stats(255);
    TensorMetadata.startTensorMetadata(file);
    TensorMetadata.addName(file, name);
    TensorMetadata.addDescription(file, description);
    TensorMetadata.addContent(file, content);
    TensorMetadata.addProcessUnits(file, units);
    TensorMetadata.addStats(file, stats);
    return TensorMetadata.endTensorMetadata(file);
  }

  /** The graph normalizes: an application takes 0 from the pixels and divides them by 1. */
  private int asTheyAre() {
    int mean = NormalizationOptions.createMeanVector(file, new float[] {0});
    int deviation = NormalizationOptions.createStdVector(file, new float[] {1});
    int options = NormalizationOptions.createNormalizationOptions(file, mean, deviation);
    return ProcessUnit.createProcessUnit(file, ProcessUnitOptions.NormalizationOptions, options);
  }

  private int probabilities() {
    FeatureProperties.startFeatureProperties(file);
    int properties = FeatureProperties.endFeatureProperties(file);
    int content = Content.createContent(file, ContentProperties.FeatureProperties, properties, 0);
    int labels =
        AssociatedFile.createAssociatedFile(
            file,
            file.createString(LABELS),
            file.createString("The names of the classes."),
            AssociatedFileType.TENSOR_AXIS_LABELS,
            0,
            0);
    int files = TensorMetadata.createAssociatedFilesVector(file, new int[] {labels});
    int name = file.createString("probability");
    int description = file.createString("The probabilities of the classes.");
    int stats = stats(1);
    TensorMetadata.startTensorMetadata(file);
    TensorMetadata.addName(file, name);
    TensorMetadata.addDescription(file, description);
    TensorMetadata.addContent(file, content);
    TensorMetadata.addStats(file, stats);
    TensorMetadata.addAssociatedFiles(file, files);
    return TensorMetadata.endTensorMetadata(file);
  }

  private int stats(float greatest) {
    int max = Stats.createMaxVector(file, new float[] {greatest});
    int min = Stats.createMinVector(file, new float[] {0});
    return Stats.createStats(file, max, min);
  }
}
