package dev.sluice.server.http.head;

import io.netty.handler.codec.http.HttpResponseStatus;

/// The statuses of answers (RFC 9110 §15); those of refusals are in [Problems].
public final class Status {
    public static final int SWITCHING_PROTOCOLS = 101;
    public static final int OK = 200;
    public static final int CREATED = 201;
    public static final int ACCEPTED = 202;
    public static final int NO_CONTENT = 204;
    public static final int NOT_MODIFIED = 304;
    public static final int PERMANENT_REDIRECT = 308;
    public static final int NOT_FOUND = 404;

    private Status() {}

    /// Returns the reason phrase of a status, such as `Too Many Requests`.
    public static String phrase(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
