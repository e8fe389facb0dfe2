package dev.espalier.sweep.mlflow;

import dev.espalier.sweep.mlflow.Registration.Registered;
import dev.espalier.sweep.trackingserver.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mlflow.api.proto.ModelRegistry.CreateModelVersion;
import org.mlflow.api.proto.ModelRegistry.CreateRegisteredModel;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.SearchModelVersions;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelAlias;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelTag;

/** Registers models so that registering twice leaves what registering once leaves. */
record ModelRegistry(TrackingClient client) {
  /** Before the alias, in the tag of the model that says which version it stands for. */
  static final String ALIAS_TAG = "alias.";

  private static final int PAGE = 200;

  Registered register(Registration wanted, String run, String artifactUri) throws TrackingFailure {
    createModel(wanted);
    String source = artifactUri + "/" + wanted.folder();
    Optional<ModelVersion> known =
        versions(run).stream()
            .filter(v -> v.getName().equals(wanted.model()) && v.getSource().equals(source))
            .findFirst();
    ModelVersion version = known.isPresent() ? known.get() : createVersion(wanted, run, source);
    return new Registered(wanted.model(), version.getVersion(), alias(wanted, version));
  }

  private void createModel(Registration wanted) throws TrackingFailure {
    CreateRegisteredModel request =
        CreateRegisteredModel.newBuilder().setName(wanted.model()).build();
    try {
      client.post(
          "registering " + wanted.model(),
          "registered-models/create",
          request,
          CreateRegisteredModel.Response.newBuilder());
    } catch (TrackingFailure e) {
      if (!e.is(TrackingFailure.Kind.EXISTS)) {
        throw e;
      }
    }
  }

  private List<ModelVersion> versions(String run) throws TrackingFailure {
    List<ModelVersion> versions = new ArrayList<>();
    String token = "";
    do {
      SearchModelVersions.Response page =
          client
              .get(
                  "looking for what was registered before",
                  "model-versions/search",
                  SearchModelVersions.newBuilder()
                      .setFilter("run_id='" + run + "'")
                      .setMaxResults(PAGE)
                      .setPageToken(token)
                      .build(),
                  SearchModelVersions.Response.newBuilder())
              .build();
      versions.addAll(page.getModelVersionsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return versions;
  }

  private ModelVersion createVersion(Registration wanted, String run, String source)
      throws TrackingFailure {
    CreateModelVersion request =
        CreateModelVersion.newBuilder()
            .setName(wanted.model())
            .setSource(source)
            .setRunId(run)
            .setDescription(SentText.value(wanted.description(), Limits.EXPERIMENT_TAG_CHARS))
            .build();
    return client
        .post(
            "registering a version of " + wanted.model(),
            "model-versions/create",
            request,
            CreateModelVersion.Response.newBuilder())
        .getModelVersion();
  }

  /** Aliases are there since MLflow 2.3; an older server keeps a tag instead. */
  private boolean alias(Registration wanted, ModelVersion version) throws TrackingFailure {
    SetRegisteredModelAlias request =
        SetRegisteredModelAlias.newBuilder()
            .setName(wanted.model())
            .setAlias(wanted.alias())
            .setVersion(version.getVersion())
            .build();
    try {
      client.post(
          "the alias " + wanted.alias(),
          "registered-models/alias",
          request,
          SetRegisteredModelAlias.Response.newBuilder());
      return true;
    } catch (TrackingFailure e) {
      if (!e.is(TrackingFailure.Kind.UNKNOWN_CALL)) {
        throw e;
      }
    }
    SetRegisteredModelTag tag =
        SetRegisteredModelTag.newBuilder()
            .setName(wanted.model())
            .setKey(ALIAS_TAG + wanted.alias())
            .setValue(version.getVersion())
            .build();
    client.post(
        "the alias " + wanted.alias() + " as a tag",
        "registered-models/set-tag",
        tag,
        SetRegisteredModelTag.Response.newBuilder());
    return false;
  }
}
