package dev.espalier.sweep.trackingserver;

/**
 * A request that the tracking server refuses, as MLflow's servers say it: a code and a sentence.
 */
final class ApiException extends RuntimeException {
  private final Code code;

  /** MLflow's error codes with their HTTP status. */
  enum Code {
    INVALID_PARAMETER_VALUE(400),
    BAD_REQUEST(400),
    RESOURCE_ALREADY_EXISTS(400),
    UNAUTHENTICATED(401),
    PERMISSION_DENIED(403),
    RESOURCE_DOES_NOT_EXIST(404),
    ENDPOINT_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TOO_LARGE(413),
    INTERNAL_ERROR(500);

    final int status;

    Code(int status) {
      this.status = status;
    }
  }

  ApiException(Code code, String message) {
    super(message);
    this.code = code;
  }

  static ApiException invalid(String message) {
    return new ApiException(Code.INVALID_PARAMETER_VALUE, message);
  }

  static ApiException missing(String message) {
    return new ApiException(Code.RESOURCE_DOES_NOT_EXIST, message);
  }

  Code code() {
    return code;
  }
}
