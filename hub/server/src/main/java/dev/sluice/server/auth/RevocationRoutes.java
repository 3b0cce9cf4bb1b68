package dev.sluice.server.auth;

import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.RecordFeed;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.HubChannels;
import dev.sluice.server.audit.Audit;
import dev.sluice.server.auth.token.TokenRevocation;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.auth.token.TokenRevocations.InForce;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.publish.BodyCollector;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `POST /revocations`, and `GET` for the list of revocations. `docs/protocol.md` §5.
///
/// A revocation is recorded in the channel `$revoked` first, and takes effect once the log has it: from then on
/// its tokens are refused, and only then the open streams end, so that no client can open them again. Revocations
/// recorded by other nodes take effect through the same channel. The append's outcome and the channel may arrive
/// in either order: the first one puts the revocation into effect, and the second one finds it there.
final class RevocationRoutes implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RevocationRoutes.class.getName());
    private static final String TYPE = "revocation";
    private static final int BODY_BYTES_MAX = 8 << 10;
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    /// The result of revocations that take effect before the first stream.
    private static final CompletableFuture<Integer> NONE_RUNNING = CompletableFuture.completedFuture(0);

    private final Hub hub;
    private final Supplier<Authenticator> authenticator;
    private final TokenRevocations revocations;
    private final InFlightBytes inFlight;
    private final Audit audit;
    private final HookAccess hook;
    private @Nullable RecordFeed feed; // Set before the first request.

    /// @param authenticator the authenticator in force; all of them share the revocations
    /// @param hook forgets its answers when a revocation is in force, before open streams end
    RevocationRoutes(
            Hub hub, Supplier<Authenticator> authenticator, InFlightBytes inFlight, Audit audit, HookAccess hook) {
        this.hub = hub;
        this.authenticator = authenticator;
        this.revocations = authenticator.get().revocations();
        this.inFlight = inFlight;
        this.audit = audit;
        this.hook = hook;
    }

    /// Puts the revocations in the log into effect, and from now on each one that is appended. Blocks; called
    /// once, before the first request.
    void follow() {
        feed = hub.followRecords(
                HubChannels.REVOKED,
                event -> found(event, NONE_RUNNING),
                event -> {
                    InForce added = found(event, new CompletableFuture<>());
                    if (added != null) endStreams(added.ended(), added.revocation()::concerns);
                },
                failure -> LOG.log(
                        Level.ERROR,
                        "revocations can't be read from the log, so those of other nodes are not in force here",
                        failure));
    }

    /// Puts dropped revocations into effect again, because tokens may now live longer. Blocks.
    void restore() {
        var ended = new CompletableFuture<Integer>();
        hub.readRecords(HubChannels.REVOKED, event -> found(event, ended));
        endStreams(ended, revocations::isRevoked); // Once for all of them: there may be thousands.
    }

    /// @param ended completed by the caller
    /// @return the revocation of a record; null if it already was in effect, or can't be read
    private @Nullable InForce found(Event event, CompletableFuture<Integer> ended) {
        try {
            var found = new InForce(event.id(), TokenRevocation.ofRecord(event.data()), ended);
            // A node that was cut off for long finds one that is over. It affects no tokens any more, but
            // callers whom the application named: their streams may have no other end.
            return revocations.putFound(found) || revocations.isOver(found.revocation()) ? found : null;
        } catch (IllegalArgumentException unreadable) { // One record must not keep the hub from starting.
            LOG.log(Level.ERROR, "a revocation can't be read and is not in force id=" + event.id(), unreadable);
            return null;
        }
    }

    /// Ends the streams of revoked tokens, which are refused by now.
    private void endStreams(CompletableFuture<Integer> ended, Predicate<Grant> isRevoked) {
        hook.forget();
        hub.revoke(isRevoked).whenComplete((count, failure) -> {
            if (failure == null) {
                ended.complete(count);
            } else {
                LOG.log(Level.ERROR, "streams of revoked tokens were not ended", failure);
                ended.completeExceptionally(failure);
            }
        });
    }

    @Override
    public void close() {
        if (feed != null) feed.close();
    }

    void post(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        BodyCollector.collect(exchange, BODY_BYTES_MAX, inFlight, (bytes, held) -> {
            try {
                revoke(exchange, TokenRevocation.of(bytes, revocations.now()));
            } finally {
                held.giveBackAll();
            }
        });
    }

    private void revoke(Exchange exchange, TokenRevocation revocation) {
        exchange.requireAdmin(); // The grant may have ended while the body arrived.
        String advice = authenticator.get().whyNotRevocable(revocation, hook.isSet());
        if (advice != null) throw Problems.BAD_DATA.refused(revocation.claim().text(), advice);
        InForce known = revocations.sameToken(revocation);
        if (known != null) {
            exchange.answer(ServerResponse.json(Status.OK, json(known, 0)));
            return;
        }
        if (!revocations.reserve())
            throw Problems.FULL.refused("The hub has " + revocations.max()
                    + " revocations in force, which is the maximum (auth.revocations_max). Revoke by 'sub' or 'kid' instead"
                    + " of many by 'jti', raise the limit, or replace the key of the issuer.");
        Content content = new Content(ContentKind.JSON, "application/json", Json.object(revocation::write));
        Grant admin = exchange.grant();
        hub.record(HubChannels.REVOKED, TYPE, content).whenComplete((outcome, failure) -> {
            if (outcome instanceof AppendResult.Placed placed) {
                enforce(exchange, admin, new InForce(placed.id(), revocation));
            } else {
                revocations.release();
                exchange.run(() -> exchange.refuse(notRecorded(outcome, failure)));
            }
        });
    }

    private static Problem notRecorded(@Nullable AppendResult outcome, @Nullable Throwable failure) {
        if (outcome instanceof AppendResult.Full(String detail)) return Problems.DISK_FULL.of(detail);
        LOG.log(Level.ERROR, "a revocation was not recorded outcome=" + outcome, failure);
        return Problems.LOG_FAILED
                .of("The revocation could not be written to the log, and is not in force. Try again.")
                .withHeader("Retry-After", "1");
    }

    private void enforce(Exchange exchange, Grant admin, InForce added) {
        InForce before = revocations.putReserved(added);
        if (before == null) endStreams(added.ended(), added.revocation()::concerns);
        InForce inForce = before == null ? added : before;
        audit.action(HubChannels.REVOKED_ACTION, admin, added.revocation()::writeAction);
        inForce.ended()
                .whenComplete((ended, failure) -> exchange.run(() -> {
                    if (failure == null) exchange.answer(ServerResponse.json(Status.CREATED, json(inForce, ended)));
                    else
                        exchange.refuse(Problems.FAILED.of("The revocation is in force for new requests, but open"
                                + " streams were not ended; the hub's log has the reason. Revoke again."));
                }));
    }

    private byte[] json(InForce inForce, int ended) {
        return Json.bytes(json -> {
            json.writeStartObject();
            writeMembers(json, inForce);
            json.writeNumberProperty("ended", ended);
            json.writeEndObject();
        });
    }

    private void writeMembers(JsonGenerator json, InForce inForce) {
        json.writeStringProperty("id", inForce.id().text());
        inForce.revocation().write(json);
        json.writeStringProperty(
                "until", Timestamp.of(revocations.until(inForce.revocation()).toEpochMilli()));
    }

    void list(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("after", "limit"));
        int limit = query.integer("limit", 1, LIMIT_MAX).orElse(LIMIT_DEFAULT);
        List<InForce> found = revocations.list(after(query), limit + 1);
        List<InForce> page = found.subList(0, Math.min(limit, found.size()));
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("revocations");
            for (InForce each : page) {
                json.writeStartObject();
                writeMembers(json, each);
                json.writeEndObject();
            }
            json.writeEndArray();
            if (found.size() > limit)
                json.writeStringProperty("next", page.getLast().id().text());
            json.writeEndObject();
        })));
    }

    private static @Nullable Cursor after(Parameters query) {
        if (!query.has("after")) return null;
        return Cursor.parse(query.text("after").orElseThrow())
                .orElseThrow(() -> query.wrong("after", "the 'next' of the page before"));
    }
}
