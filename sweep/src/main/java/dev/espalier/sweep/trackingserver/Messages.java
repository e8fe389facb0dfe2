package dev.espalier.sweep.trackingserver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.mlflow_project.databricks.Databricks;
import org.mlflow_project.google.protobuf.Descriptors.FieldDescriptor;
import org.mlflow_project.google.protobuf.InvalidProtocolBufferException;
import org.mlflow_project.google.protobuf.Message;
import org.mlflow_project.google.protobuf.util.JsonFormat;

/** MLflow's messages from and to HTTP: the query of a GET, the JSON of everything else. */
public final class Messages {
  private Messages() {}

  /**
   * The request that {@code query} (raw) or {@code body} (JSON) holds; {@code empty} is its type.
   */
  static Message read(String method, String query, String body, Message empty) {
    Message.Builder request = empty.newBuilderForType();
    if (method.equals("GET")) {
      readQuery(query, request);
    } else {
      merge(body, request);
    }
    checkRequired(request);
    return request.build();
  }

  /** Reads JSON into {@code message}; fields that it does not know are left out. */
  public static void merge(String json, Message.Builder message) {
    try {
      JsonFormat.parser().ignoringUnknownFields().merge(json, message);
    } catch (InvalidProtocolBufferException e) {
      throw new ApiException(
          ApiException.Code.BAD_REQUEST, "not the JSON that was expected: " + e.getMessage());
    }
  }

  public static String json(Message message) {
    try {
      return JsonFormat.printer().preservingProtoFieldNames().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a whole message", e);
    }
  }

  /** The query of a GET that asks for {@code request}. */
  public static String query(Message request) {
    return request.getAllFields().entrySet().stream()
        .map(
            field ->
                field.getKey().getName()
                    + "="
                    + URLEncoder.encode(field.getValue().toString(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
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
