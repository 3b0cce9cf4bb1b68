package dev.sluice.client;

import dev.sluice.client.http.Deadline;
import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.http.HubHttp;
import dev.sluice.client.http.Monitor;
import dev.sluice.client.http.NotReachedException;
import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Sends a publish until the hub has accepted it, has refused it permanently, or the deadline has passed. All attempts
 * carry the same idempotency key, so that an event whose answer was lost is stored once. For one thread.
 */
final class Sender {
    /** Far more than the answer to a publish needs, which has some hundred bytes. */
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    /** The hub's answer to an accepted publish. */
    record Accepted(Map<String, Json> members, boolean isReplay) {}

    private final HubNodes.Choice node;
    private final HubHttp hubHttp;
    private final Settings settings;
    private final Monitor monitor;

    Sender(HubNodes hub, HubHttp hubHttp, Settings settings, Monitor monitor) {
        node = hub.choose();
        this.hubHttp = hubHttp;
        this.settings = settings;
        this.monitor = monitor;
    }

    /**
     * Blocks until the result is known.
     *
     * @param deadline      no attempt begins after this time
     * @param isCancelled checked before each attempt but the first; if true, no attempt follows
     * @throws SluiceException if the publish was refused, or the deadline has passed
     * @throws java.util.concurrent.CancellationException if {@code monitor} is closed
     */
    Accepted send(HttpRequest given, Deadline deadline, BooleanSupplier isCancelled) throws InterruptedException {
        return send(given, deadline, isCancelled, false);
    }

    /** @param isBegun whether the hub has already stored events that belong together with those of the request */
    Accepted send(HttpRequest given, Deadline deadline, BooleanSupplier isCancelled, boolean isBegun)
            throws InterruptedException {
        var backoff = settings.backoff();
        var refusals = hubHttp.tokens().refusals();
        boolean isInPart = isBegun;
        boolean mayHaveArrived = isBegun;
        while (true) {
            var request = node.addressed(given);
            Exception reason;
            var atLeast = Duration.ZERO;
            try {
                return attempt(request);
            } catch (HttpStatusException refusal) {
                if (refusal.isFromHub()) hubHttp.hubAnswered();
                isInPart |= isStoredInPart(refusal);
                var renewed = refusals.renewedAfter(refusal);
                if (renewed.isEmpty() && !refusal.isWorthRetrying(hubHttp.isHubKnown()))
                    throw new RefusedException(refusal, isInPart || (mayHaveArrived && !isDecided(refusal)));
                mayHaveArrived |= isInPart || mayHaveArrived(refusal);
                // The delay that a node asks for does not apply to the next node.
                if (!node.leave(refusal.status()))
                    atLeast = refusal.retryAfter().or(() -> renewed).orElse(atLeast);
                reason = refusal;
            } catch (IOException failure) {
                mayHaveArrived |= !(failure instanceof NotReachedException);
                node.leave(0);
                reason = failure;
            } catch (JsonException malformed) {
                if (!hubHttp.isHubKnown()) {
                    throw new ProtocolException(
                            request.uri() + " does not answer as a hub: " + malformed.getMessage(),
                            mayHaveArrived,
                            malformed);
                }
                mayHaveArrived = true; // Another server answered with success; the fate of the request is unknown.
                node.leave(0);
                reason = malformed;
            }
            var pause = backoff.next(atLeast);
            if (isCancelled.getAsBoolean() || deadline.remaining().compareTo(pause) < 0) {
                throw new UnreachableException(
                        "Gave up on " + request.uri() + ": " + describe(reason), mayHaveArrived, reason);
            }
            monitor.pause(pause);
        }
    }

    private Accepted attempt(HttpRequest request)
            throws IOException, InterruptedException, HttpStatusException, JsonException {
        try (var answer = hubHttp.send(request, monitor, settings.answerMax())) {
            if (answer.status() / 100 != 2) throw HttpStatusException.read(answer, monitor, settings.answerMax());
            var body = answer.body().readAll(ANSWER_BYTES_MAX, settings.answerMax());
            var members =
                    Json.parse(body, Json.DATA_DEPTH_MAX, ANSWER_BYTES_MAX).members();
            if (!members.containsKey("id") && !members.containsKey("count")) {
                throw new JsonException("both \"id\" and \"count\" are missing");
            }
            hubHttp.hubAnswered();
            return new Accepted(members, answer.header("Idempotent-Replay").isPresent());
        }
    }

    /**
     * A hub that answers 503 has stored nothing, unless its log failed: then the outcome is unknown. A gateway may answer
     * any 5xx after it forwarded the request.
     */
    private static boolean mayHaveArrived(HttpStatusException refusal) {
        if (refusal.status() < 500) return false;
        return refusal.status() != 503
                || !refusal.isFromHub()
                || Problem.read(503, refusal.body()).type().equals("/problems/log-failed");
    }

    /** Of lines that are sent together, the hub keeps those before the one at which it breaks off. */
    private static boolean isStoredInPart(HttpStatusException refusal) {
        try {
            var count = Json.parse(refusal.body(), Json.DATA_DEPTH_MAX, ANSWER_BYTES_MAX)
                    .members()
                    .get("count");
            return refusal.isFromHub() && count != null && count.integer() > 0;
        } catch (JsonException noProblem) {
            return false;
        }
    }

    /** The hub checks the token before the key, all else after it: then no earlier attempt has succeeded. */
    private static boolean isDecided(HttpStatusException refusal) {
        return refusal.isFromHub() && refusal.status() != 401 && refusal.status() != 403;
    }

    private static String describe(Exception reason) {
        if (reason instanceof HttpStatusException refusal) {
            return Problem.read(refusal.status(), refusal.body()).toString();
        }
        return String.valueOf(reason.getMessage());
    }
}
