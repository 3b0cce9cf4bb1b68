package dev.sluice.server.auth;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.publish.BodyCollector;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `POST /explain`: explains to an operator what a credential in the body permits, like `sluice token explain`,
/// but with the keys, grants and revocations in force. The answer repeats nothing of the credential.
final class ExplainRoute implements Route {
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final Map<String, Verb> VERBS =
            Arrays.stream(Verb.values()).collect(Collectors.toMap(Verb::text, Function.identity()));

    private final Supplier<AccessPolicy> policy;
    private final InFlightBytes inFlight;

    ExplainRoute(Supplier<AccessPolicy> policy, InFlightBytes inFlight) {
        this.policy = policy;
        this.inFlight = inFlight;
    }

    /// A question about one permission.
    private record Question(Verb verb, Pattern channels) {}

    @Override
    public void handle(Exchange exchange) {
        exchange.requireAdmin();
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("verb", "channel"));
        Question question = question(query);
        BodyCollector.collect(exchange, BODY_BYTES_MAX, inFlight, (bytes, held) -> {
            held.giveBackAll();
            String credential = new String(bytes, StandardCharsets.UTF_8).strip();
            if (credential.isEmpty()) answer(exchange, policy.get().rules().grantOf(null, ""), question);
            else explain(exchange, policy.get().authenticator().verify(credential), question);
        });
    }

    private static @Nullable Question question(Parameters query) {
        Verb verb = query.choice("verb", VERBS).orElse(null);
        if (verb == null) return null;
        try {
            return new Question(verb, Pattern.of(query.text("channel").orElse("**")));
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused("channel", "The channel " + invalid.getMessage() + ".");
        }
    }

    private void explain(Exchange exchange, Verification verification, @Nullable Question question) {
        switch (verification) {
            case Verification.Verified(Identity caller) ->
                answer(exchange, policy.get().rules().grantOf(caller, ""), question);
            case Verification.BadToken(String reason, String _) -> refused(exchange, reason);
            case Verification.Undecided undecided -> refused(exchange, undecided.reason());
            case Verification.Pending(var later) ->
                later.whenComplete((outcome, failure) -> exchange.run(() -> {
                    if (outcome == null) throw new IllegalStateException("a token could not be verified", failure);
                    explain(exchange, policy.get().authenticator().checked(outcome), question);
                }));
        }
    }

    private static void refused(Exchange exchange, String reason) {
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeBooleanProperty("accepted", false);
            json.writeStringProperty("reason", reason);
            json.writeEndObject();
        })));
    }

    private static void answer(Exchange exchange, Grant grant, @Nullable Question question) {
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeBooleanProperty("accepted", true);
            if (!grant.principal().isAnonymous())
                json.writeStringProperty("sub", grant.principal().name());
            grant.credential().ifPresent(credential -> json.writeStringProperty("kid", credential.keyId()));
            Instant expiry = grant.expiry();
            if (expiry != null) json.writeStringProperty("expires", Timestamp.of(expiry.toEpochMilli()));
            permissions(json, "permits", grant.allowed());
            if (!grant.ceiling().equals(Permissions.ALL)) permissions(json, "atMost", grant.ceiling());
            permissions(json, "except", grant.denied());
            if (question != null)
                json.writeBooleanProperty("permitted", grant.permits(question.verb(), question.channels()));
            json.writeEndObject();
        })));
    }

    private static void permissions(JsonGenerator json, String name, Permissions permissions) {
        json.writeObjectPropertyStart(name);
        for (Verb verb : Verb.values()) {
            List<Permission> granted = permissions.granted(verb);
            if (granted.isEmpty()) continue;
            json.writeArrayPropertyStart(verb.text());
            for (Permission each : granted) json.writeString(text(each));
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static String text(Permission permission) {
        String type = permission.type() == null ? "" : " type=" + permission.type();
        String key = permission.key() == null ? "" : " key=" + permission.key();
        String channelsMax =
                permission.channelsMax() == Permission.UNBOUNDED ? "" : " channels_max=" + permission.channelsMax();
        return permission.channels() + type + key + channelsMax;
    }
}
