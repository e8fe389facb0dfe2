package dev.espalier.sweep.sensitivity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SensitivitySvgTest {

  @Test
  void drawsALineForEachLayerFromTheDenseNetworkDown() throws Exception {
    Document svg = parse(SensitivitySvg.of(layers(20), "t"));
    List<Element> lines = elements(svg, "polyline");
    assertEquals(20, lines.size());
    for (Element line : lines) {
      String[] corners = line.getAttribute("points").split(" ", -1);
      assertEquals(3, corners.length, "dense and two sparsities");
      assertEquals(lines.get(0).getAttribute("points").split(" ", -1)[0], corners[0]);
    }
  }

  @Test
  void namesTheMostSensitiveLayersWithoutOverlap() throws Exception {
    Document svg = parse(SensitivitySvg.of(layers(20), "t"));
    List<Element> names =
        elements(svg, "text").stream().filter(t -> t.getAttribute("class").equals("name")).toList();
    assertEquals(
        List.of("layer14", "layer15", "layer16", "layer17", "layer18", "layer19"),
        names.stream().map(Element::getTextContent).sorted().toList());
    for (int i = 1; i < names.size(); i++) {
      double above = Double.parseDouble(names.get(i - 1).getAttribute("y"));
      double gap = Double.parseDouble(names.get(i).getAttribute("y")) - above;
      assertTrue(gap >= 16.9, "names are " + gap + " pixels apart");
    }
  }

  @Test
  void canBeDrawnBeforeAnythingIsKnown() throws Exception {
    String svg = SensitivitySvg.of(new Sensitivity(Double.NaN, Map.of()), "a < b");
    assertFalse(svg.contains("NaN"));
    assertEquals("a < b", elements(parse(svg), "title").get(0).getTextContent());
  }

  @Test
  void theTableHasARowForEachLayerInTheOrderOfTheNetwork() {
    Sensitivity two = new Sensitivity(0.75, layers(2).layers());
    assertEquals(
        List.of(
            "Validation accuracy with one layer pruned, 0.7500 with none:",
            "layer    s=0.5   s=0.9",
            "layer0  0.7000  0.6000",
            "layer1  0.6990  0.5900"),
        two.lines());
  }

  /** The later, the more sensitive, all nearly equal so that names must give way. */
  private static Sensitivity layers(int count) {
    Map<String, NavigableMap<BigDecimal, Double>> layers = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      NavigableMap<BigDecimal, Double> line = new TreeMap<>();
      line.put(new BigDecimal("0.5"), 0.7 - 0.001 * i);
      line.put(new BigDecimal("0.9"), 0.6 - 0.01 * i);
      layers.put("layer" + i, line);
    }
    return new Sensitivity(0.8, layers);
  }

  private static List<Element> elements(Document svg, String name) {
    NodeList nodes = svg.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
