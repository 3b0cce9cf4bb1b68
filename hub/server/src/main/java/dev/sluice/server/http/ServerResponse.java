package dev.sluice.server.http;

import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A response with a complete body, or the head of one whose body follows. It can be sent once: sending adds
/// the headers common to all responses.
public final class ServerResponse {
    private static final byte[] NOTHING = new byte[0];
    private static final String ISOLATION = "Cross-Origin-Resource-Policy";
    private static final String ISOLATED = "same-origin";
    private static final HeaderList OF_JSON = of(Status.OK, "application/json", NOTHING).headers;
    private static final HeaderList OF_ISOLATED_JSON =
            of(Status.OK, "application/json", NOTHING).with(ISOLATION, ISOLATED).headers;

    private final int status;
    private final byte[] body;
    private @Nullable Problem problem;
    private boolean isCompressible;
    private boolean isShared;
    private final HeaderList headers;

    private ServerResponse(int status, byte[] body, HeaderList headers) {
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    /// An answer without a body.
    public static ServerResponse empty(int status) {
        return of(status, NOTHING);
    }

    /// @param body must not be modified afterwards
    public static ServerResponse of(int status, byte[] body) {
        return new ServerResponse(status, body, HeaderList.ofAnswer());
    }

    /// @param body must not be modified afterwards
    public static ServerResponse of(int status, String contentType, byte[] body) {
        return of(status, body).with(HeaderNames.CONTENT_TYPE, contentType);
    }

    public static ServerResponse json(int status, byte[] body) {
        return new ServerResponse(status, body, HeaderList.ofAnswer(OF_JSON));
    }

    public static ServerResponse text(int status, String body) {
        return of(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    public static ServerResponse problem(Problem problem) {
        ServerResponse answer = of(problem.status(), Problem.CONTENT_TYPE, problem.json());
        problem.headers().forEach(answer::with);
        return answer.refusing(problem);
    }

    /// Marks this answer as a refusal, regardless of its format, and returns it.
    public ServerResponse refusing(Problem reason) {
        problem = reason;
        return this;
    }

    /// Marks this answer as compressible and returns it. It must contain no secret: pages of other sites could
    /// infer it from the length (BREACH).
    public ServerResponse compressible() {
        isCompressible = true;
        return this;
    }

    /// Marks the body as one that the server keeps for all such answers, and returns this answer: each of them
    /// takes memory for one piece at most, and is not counted.
    public ServerResponse shared() {
        isShared = true;
        return this;
    }

    /// Sets a header and returns this answer.
    public ServerResponse with(CharSequence name, String value) {
        headers.set(name, value);
        return this;
    }

    /// Adds a header to those of the same name and returns this answer.
    public ServerResponse withAdded(CharSequence name, String value) {
        headers.add(name, value);
        return this;
    }

    /// Sets the header that keeps pages of other sites from embedding this answer (Fetch §3.7), and returns the
    /// answer.
    public ServerResponse isolated() {
        return headers.continueAs(OF_JSON, OF_ISOLATED_JSON) ? this : with(ISOLATION, ISOLATED);
    }

    /// Removes a header and returns this answer.
    public ServerResponse without(CharSequence name) {
        headers.remove(name);
        return this;
    }

    /// The problem that this answer reports; null if it reports none.
    @Nullable
    public Problem problem() {
        return problem;
    }

    public boolean isCompressible() {
        return isCompressible;
    }

    public boolean isShared() {
        return isShared;
    }

    /// The same answer with another representation of its body.
    public ServerResponse withBody(byte[] other) {
        ServerResponse answer = new ServerResponse(status, other, headers);
        answer.problem = problem;
        return answer;
    }

    public int status() {
        return status;
    }

    public HeaderList headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }
}
