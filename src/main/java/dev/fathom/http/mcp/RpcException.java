package dev.fathom.http.mcp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message that the protocol has an error for: what is wrong with the message itself, not with what a tool was asked for. */
final class RpcException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private static final int PARSE_ERROR = -32700;
    private static final int INVALID_REQUEST = -32600;
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;
    private static final int RESOURCE_NOT_FOUND_ONCE = -32002;
    private static final int HEADER_MISMATCH = -32020;
    private static final int UNSUPPORTED_VERSION = -32022;

    private final int status;
    private final int code;
    private final transient @Nullable Object data;

    private RpcException(int status, int code, String message, @Nullable Object data) {
        super(message);
        this.status = status;
        this.code = code;
        this.data = data;
    }

    static RpcException notJson() {
        return new RpcException(BAD_REQUEST, PARSE_ERROR, "The body is not JSON, or is nested too deeply.", null);
    }

    static RpcException invalidRequest(String message) {
        return new RpcException(BAD_REQUEST, INVALID_REQUEST, message, null);
    }

    /** @param modern whether the client knows that this comes with a status */
    static RpcException methodNotFound(String method, boolean modern) {
        return new RpcException(modern ? NOT_FOUND : OK, METHOD_NOT_FOUND, "Method not found: " + method, null);
    }

    static RpcException invalidParams(String message) {
        return new RpcException(OK, INVALID_PARAMS, message, null);
    }

    /** What every request of the newest revision has to carry. */
    static RpcException missing(String field) {
        return new RpcException(BAD_REQUEST, INVALID_PARAMS, "params._meta must have \"" + field + "\".", null);
    }

    static RpcException resourceNotFound(String uri, boolean modern) {
        return new RpcException(
                OK, modern ? INVALID_PARAMS : RESOURCE_NOT_FOUND_ONCE, "There is no resource " + uri + ".", null);
    }

    static RpcException headerMismatch(String message) {
        return new RpcException(BAD_REQUEST, HEADER_MISMATCH, "Header mismatch: " + message, null);
    }

    static RpcException unsupported(String version) {
        return new RpcException(
                BAD_REQUEST,
                UNSUPPORTED_VERSION,
                "Unsupported protocol version",
                new Unsupported(Revision.ALL, version));
    }

    /** Which revisions there are, for a client to choose another. */
    record Unsupported(List<String> supported, String requested) {}

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    @Nullable
    Object data() {
        return data;
    }
}
