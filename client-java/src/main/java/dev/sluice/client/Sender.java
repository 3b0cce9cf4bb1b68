package dev.sluice.client;

import dev.sluice.client.http.NotReachedException;
import dev.sluice.client.http.RefusalException;
import dev.sluice.client.http.Waiting;
import dev.sluice.client.http.Web;
import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Sends a publish until the hub has taken it, or refused it for good, or the time for it is over. Each attempt carries
 * the same idempotency key, so that one that arrived though its answer was lost counts once. One for each thread.
 */
final class Sender {
    /** An answer to a publish is some hundred bytes. */
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    /** What the hub answered. */
    record Taken(Map<String, Json> members, boolean isReplay) {}

    private final Web web;
    private final Settings settings;
    private final Waiting waiting;

    Sender(Web web, Settings settings, Waiting waiting) {
        this.web = web;
        this.settings = settings;
        this.waiting = waiting;
    }

    /**
     * Blocks until it is known what became of it.
     *
     * @param giveUp      after this no new attempt begins
     * @param isWithdrawn asked before each attempt but the first; no attempt follows if so
     * @throws SluiceException                             if it was refused, or the time is over
     * @throws java.util.concurrent.CancellationException if the waiting is closed
     */
    Taken send(HttpRequest request, Instant giveUp, BooleanSupplier isWithdrawn) throws InterruptedException {
        var backoff = settings.backoff();
        boolean mayHaveArrived = false;
        while (true) {
            Exception reason;
            var atLeast = Duration.ZERO;
            try {
                return attempt(request);
            } catch (RefusalException refusal) {
                if (refusal.isFromHub()) web.hubAnswered();
                if (!refusal.isWorthRetrying(web.isHubKnown())) throw new RefusedException(refusal);
                mayHaveArrived |= mayHaveArrived(refusal.status());
                atLeast = refusal.retryAfter().orElse(atLeast);
                reason = refusal;
            } catch (IOException trouble) {
                mayHaveArrived |= !(trouble instanceof NotReachedException);
                reason = trouble;
            } catch (JsonException malformed) {
                if (!web.isHubKnown()) {
                    throw new ProtocolException(
                            request.uri() + " does not answer as a hub: " + malformed.getMessage(), malformed);
                }
                mayHaveArrived = true; // A success of somebody else's: nobody knows what became of the request.
                reason = malformed;
            }
            var pause = backoff.next(atLeast);
            if (isWithdrawn.getAsBoolean() || waiting.now().plus(pause).isAfter(giveUp)) {
                throw new UnreachableException(
                        "Gave up on " + request.uri() + ": " + told(reason), mayHaveArrived, reason);
            }
            waiting.pause(pause);
        }
    }

    private Taken attempt(HttpRequest request)
            throws IOException, InterruptedException, RefusalException, JsonException {
        try (var answer = web.send(request, waiting, settings.answerMax())) {
            if (answer.status() / 100 != 2) throw RefusalException.read(answer, waiting, settings.answerMax());
            var body = answer.body().readAll(ANSWER_BYTES_MAX, settings.answerMax());
            var members =
                    Json.parse(body, Json.DATA_DEPTH_MAX, ANSWER_BYTES_MAX).members();
            if (!members.containsKey("id") && !members.containsKey("count")) {
                throw new JsonException("neither \"id\" nor \"count\" is there");
            }
            web.hubAnswered();
            return new Taken(members, answer.header("Idempotent-Replay").isPresent());
        }
    }

    /** A hub that is busy has taken nothing; a gateway does not know what became of the request it passed on. */
    private static boolean mayHaveArrived(int status) {
        return status >= 500 && status != 503;
    }

    private static String told(Exception reason) {
        if (reason instanceof RefusalException refusal) {
            return Problem.read(refusal.status(), refusal.body()).toString();
        }
        return String.valueOf(reason.getMessage());
    }
}
