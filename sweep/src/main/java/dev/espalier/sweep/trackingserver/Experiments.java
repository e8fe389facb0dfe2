package dev.espalier.sweep.trackingserver;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.SearchExperiments;
import org.mlflow.api.proto.Service.SetExperimentTag;

/** Experiments and their tags in the tracking store. */
final class Experiments {
  private final Database database;

  Experiments(Database database) {
    this.database = database;
  }

  CreateExperiment.Response create(CreateExperiment request) throws SQLException {
    String name = request.getName();
    if (name.isBlank() || name.length() > 256) {
      throw ApiException.invalid("name: must have 1 to 256 characters, found '" + name + "'");
    }
    request.getTagsList().forEach(tag -> checkTag(tag.getKey(), tag.getValue()));
    return database.write(
        () -> {
          if (!ids("name = ?", name).isEmpty()) {
            throw new ApiException(
                ApiException.Code.RESOURCE_ALREADY_EXISTS,
                "Experiment '" + name + "' already exists.");
          }
          long now = System.currentTimeMillis();
          String id =
              database
                  .query(
                      "SELECT coalesce(max(experiment_id), 0) + 1 FROM experiments",
                      row -> row.getString(1))
                  .get(0);
          String location = request.getArtifactLocation();
          database.update(
              "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage,"
                  + " creation_time, last_update_time) VALUES (?, ?, ?, 'active', ?, ?)",
              Long.parseLong(id),
              name,
              location.isEmpty() ? ArtifactFolder.SCHEME + id : location,
              now,
              now);
          for (ExperimentTag tag : request.getTagsList()) {
            setTag(id, tag.getKey(), tag.getValue());
          }
          return CreateExperiment.Response.newBuilder().setExperimentId(id).build();
        });
  }

  Experiment get(String id) throws SQLException {
    return database.read(
        () -> one(ids("experiment_id = ?", id), "No Experiment with id=" + id + " exists"));
  }

  Experiment getByName(String name) throws SQLException {
    return database.read(
        () -> one(ids("name = ?", name), "Could not find experiment with name '" + name + "'"));
  }

  SearchExperiments.Response search(SearchExperiments request) throws SQLException {
    long limit = Search.limit(request.hasMaxResults(), request.getMaxResults());
    long offset = Search.offset(request.getPageToken());
    Search search =
        Search.experiments()
            .view(request.getViewType())
            .filter(request.getFilter())
            .orderBy(request.getOrderByList());
    return database.read(
        () -> {
          List<String> found =
              search.ids(database, "experiments", "experiment_id DESC", limit, offset);
          SearchExperiments.Response.Builder response = SearchExperiments.Response.newBuilder();
          for (String id : found.subList(0, (int) Math.min(limit, found.size()))) {
            response.addExperiments(read(id));
          }
          if (found.size() > limit) {
            response.setNextPageToken(Search.token(offset + limit));
          }
          return response.build();
        });
  }

  SetExperimentTag.Response setTag(SetExperimentTag request) throws SQLException {
    checkTag(request.getKey(), request.getValue());
    return database.write(
        () -> {
          String id = request.getExperimentId();
          one(ids("experiment_id = ?", id), "No Experiment with id=" + id + " exists");
          setTag(id, request.getKey(), request.getValue());
          return SetExperimentTag.Response.getDefaultInstance();
        });
  }

  private static void checkTag(String key, String value) {
    Limits.checkKey(key);
    if (value.length() > Limits.EXPERIMENT_TAG_CHARS) {
      throw ApiException.invalid(
          key + ": must have at most " + Limits.EXPERIMENT_TAG_CHARS + ", found " + value.length());
    }
  }

  private void setTag(String id, String key, String value) throws SQLException {
    database.update(
        "INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)"
            + " ON CONFLICT (key, experiment_id) DO UPDATE SET value = excluded.value",
        key,
        value,
        Long.parseLong(id));
  }

  private List<String> ids(String condition, String value) throws SQLException {
    return database.query(
        "SELECT experiment_id FROM experiments WHERE " + condition, row -> row.getString(1), value);
  }

  private Experiment one(List<String> ids, String missing) throws SQLException {
    if (ids.isEmpty()) {
      throw ApiException.missing(missing);
    }
    return read(ids.get(0));
  }

  private Experiment read(String id) throws SQLException {
    List<ExperimentTag> tags = new ArrayList<>();
    database.query(
        "SELECT key, value FROM experiment_tags WHERE experiment_id = ? ORDER BY key",
        row ->
            tags.add(
                ExperimentTag.newBuilder()
                    .setKey(row.getString(1))
                    .setValue(row.getString(2))
                    .build()),
        id);
    return database
        .query(
            "SELECT name, artifact_location, lifecycle_stage, creation_time, last_update_time"
                + " FROM experiments WHERE experiment_id = ?",
            row ->
                Experiment.newBuilder()
                    .setExperimentId(id)
                    .setName(row.getString(1))
                    .setArtifactLocation(row.getString(2))
                    .setLifecycleStage(row.getString(3))
                    .setCreationTime(row.getLong(4))
                    .setLastUpdateTime(row.getLong(5))
                    .addAllTags(tags)
                    .build(),
            id)
        .get(0);
  }
}
