package dev.espalier.sweep.trackingserver;

import java.sql.SQLException;
import java.util.List;
import org.mlflow.api.proto.ModelRegistry.CreateModelVersion;
import org.mlflow.api.proto.ModelRegistry.CreateRegisteredModel;
import org.mlflow.api.proto.ModelRegistry.GetModelVersion;
import org.mlflow.api.proto.ModelRegistry.GetRegisteredModel;
import org.mlflow.api.proto.ModelRegistry.ModelVersionTag;
import org.mlflow.api.proto.ModelRegistry.RegisteredModelTag;
import org.mlflow.api.proto.ModelRegistry.SearchModelVersions;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelAlias;
import org.mlflow.api.proto.ModelRegistry.SetRegisteredModelTag;

/**
 * The model registry in the tracking store. Aliases came with MLflow 2.3: they are served where a
 * newer MLflow has given the store their table, and unknown where it has not, as to a server of
 * 2.0.
 */
final class Models {
  private final Database database;
  private final ModelRows rows;

  Models(Database database) {
    this.database = database;
    this.rows = new ModelRows(database);
  }

  CreateRegisteredModel.Response create(CreateRegisteredModel request) throws SQLException {
    String name = request.getName();
    if (name.isBlank() || name.length() > 256 || name.matches(".*[/:].*")) {
      throw ApiException.invalid(
          "Registered model name must have 1 to 256 characters without / and :, found '"
              + name
              + "'");
    }
    request.getTagsList().forEach(tag -> Limits.checkKey(tag.getKey()));
    return database.write(
        () -> {
          if (rows.exists(name)) {
            throw new ApiException(
                ApiException.Code.RESOURCE_ALREADY_EXISTS,
                "Registered Model (name=" + name + ") already exists.");
          }
          long now = System.currentTimeMillis();
          database.update(
              "INSERT INTO registered_models (name, creation_time, last_updated_time, description)"
                  + " VALUES (?, ?, ?, ?)",
              name,
              now,
              now,
              request.getDescription());
          for (RegisteredModelTag tag : request.getTagsList()) {
            rows.writeTag(name, tag.getKey(), tag.getValue());
          }
          return CreateRegisteredModel.Response.newBuilder()
              .setRegisteredModel(rows.model(name))
              .build();
        });
  }

  GetRegisteredModel.Response get(GetRegisteredModel request) throws SQLException {
    return database.read(
        () ->
            GetRegisteredModel.Response.newBuilder()
                .setRegisteredModel(rows.model(request.getName()))
                .build());
  }

  SetRegisteredModelTag.Response set(SetRegisteredModelTag request) throws SQLException {
    Limits.checkKey(request.getKey());
    return database.write(
        () -> {
          rows.model(request.getName());
          rows.writeTag(request.getName(), request.getKey(), request.getValue());
          return SetRegisteredModelTag.Response.getDefaultInstance();
        });
  }

  CreateModelVersion.Response create(CreateModelVersion request) throws SQLException {
    request.getTagsList().forEach(tag -> Limits.checkKey(tag.getKey()));
    return database.write(
        () -> {
          rows.model(request.getName());
          long version = rows.writeVersion(request, System.currentTimeMillis());
          for (ModelVersionTag tag : request.getTagsList()) {
            rows.writeTag(request.getName(), version, tag.getKey(), tag.getValue());
          }
          return CreateModelVersion.Response.newBuilder()
              .setModelVersion(rows.version(request.getName(), String.valueOf(version)))
              .build();
        });
  }

  GetModelVersion.Response get(GetModelVersion request) throws SQLException {
    return database.read(
        () ->
            GetModelVersion.Response.newBuilder()
                .setModelVersion(rows.version(request.getName(), request.getVersion()))
                .build());
  }

  SearchModelVersions.Response search(SearchModelVersions request) throws SQLException {
    long limit = Search.limit(request.hasMaxResults(), request.getMaxResults());
    long offset = Search.offset(request.getPageToken());
    Search search = Search.versions().filter(request.getFilter()).orderBy(request.getOrderByList());
    return database.read(
        () -> {
          List<String> found =
              search.ids(database, "model_versions", "name, version DESC", limit, offset);
          SearchModelVersions.Response.Builder response = SearchModelVersions.Response.newBuilder();
          for (String row : found.subList(0, (int) Math.min(limit, found.size()))) {
            response.addModelVersions(rows.versionAt(row));
          }
          if (found.size() > limit) {
            response.setNextPageToken(Search.token(offset + limit));
          }
          return response.build();
        });
  }

  SetRegisteredModelAlias.Response set(SetRegisteredModelAlias request) throws SQLException {
    return database.write(
        () -> {
          requireAliases();
          String version = rows.version(request.getName(), request.getVersion()).getVersion();
          rows.writeAlias(request.getName(), request.getAlias(), Long.parseLong(version));
          return SetRegisteredModelAlias.Response.getDefaultInstance();
        });
  }

  private void requireAliases() throws SQLException {
    if (!rows.hasAliases()) {
      throw new ApiException(
          ApiException.Code.ENDPOINT_NOT_FOUND,
          "No endpoint registered-models/alias: this store has the form of MLflow 2.0");
    }
  }
}
