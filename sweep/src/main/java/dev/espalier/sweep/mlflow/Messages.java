package dev.espalier.sweep.mlflow;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.mlflow_project.databricks.Databricks;
import org.mlflow_project.google.protobuf.Descriptors.FieldDescriptor;
import org.mlflow_project.google.protobuf.InvalidProtocolBufferException;
import org.mlflow_project.google.protobuf.Message;
import org.mlflow_project.google.protobuf.util.JsonFormat;

/** MLflow's messages from and to HTTP: the query of a GET, the JSON of everything else. */
final class Messages {
  private Messages() {}

  /**
   * The request that {@code query} (raw) or {@code body} (JSON) holds; {@code empty} is its type.
   */
  static Message read(String method, String query, String body, Message empty) {
    Message.Builder request = empty.newBuilderForType();
    if (method.equals("GET")) {
      readQuery(query, request);
    } else {
      try {
        JsonFormat.parser().ignoringUnknownFields().merge(body, request);
      } catch (InvalidProtocolBufferException e) {
        throw new ApiException(
            ApiException.Code.BAD_REQUEST,
            "the body is not the JSON of a request: " + e.getMessage());
      }
    }
    checkRequired(request);
    return request.build();
  }

  static String json(Message answer) throws InvalidProtocolBufferException {
    return JsonFormat.printer().preservingProtoFieldNames().print(answer);
  }

  private static void readQuery(String query, Message.Builder request) {
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        continue;
      }
      FieldDescriptor field =
          request.getDescriptorForType().findFieldByName(decode(pair.substring(0, equals)));
      if (field == null) {
        continue;
      }
      Object value = value(field, decode(pair.substring(equals + 1)));
      if (field.isRepeated()) {
        request.addRepeatedField(field, value);
      } else {
        request.setField(field, value);
      }
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("the query has a broken % code: " + text);
    }
  }

  private static Object value(FieldDescriptor field, String text) {
    try {
      Object value =
          switch (field.getJavaType()) {
            case INT -> Integer.valueOf(text);
            case LONG -> Long.valueOf(text);
            case STRING -> text;
            case ENUM -> field.getEnumType().findValueByName(text);
            default -> null;
          };
      if (value != null) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal.
    }
    throw ApiException.invalid(
        field.getName() + ": must be a " + field.getType() + ", found " + text);
  }

  private static void checkRequired(Message.Builder request) {
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      if (field.getOptions().getExtension(Databricks.validateRequired)
          && !field.isRepeated()
          && !request.hasField(field)) {
        throw ApiException.invalid(
            "Missing value for required parameter '" + field.getName() + "'.");
      }
    }
  }
}
