package dev.sluice.server.browser;

import static dev.sluice.server.auth.TestPermissions.on;

import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.server.Await;
import dev.sluice.server.Secure;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.TestAuth;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.http.policy.OriginSettings;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// A hub over HTTPS: anybody reads `public`, users with a token list and read `private` and publish there, a backend
/// has a static key for all. The time of tokens stands still until a test moves it, or lets it run.
final class TokenHub implements AutoCloseable {
    /// How long a token lives.
    static final Duration LIFETIME = Duration.ofMinutes(1);

    /// A stream goes on for up to half a minute after its token, so that not all come back at once.
    private static final Duration END_SPREAD = Duration.ofSeconds(30);

    private static final TestIssuer APPLICATION = TestIssuer.hs256("application");

    private final AtomicReference<Clock> clock = new AtomicReference<>(Clock.fixed(Instant.now(), ZoneOffset.UTC));
    private volatile Duration lifetime = LIFETIME;
    private final String backend = StaticKeys.generate("backend", new SecureRandom());
    private final TestServer server;

    /// @param origins those whose pages may use it, besides its own
    TokenHub(String... origins) {
        OriginSettings security = new OriginSettings(false, false, Set.of(), Set.of(origins));
        List<VerificationKey> keys = List.of(
                new StaticKey("backend", StaticKeys.hash(backend), Set.of(), on("**", Verb.values())),
                APPLICATION.key());
        List<Rule> rules = List.of(
                new Rule(new GrantSubject.Anyone(), on("public", Verb.SUBSCRIBE), false),
                new Rule(
                        new GrantSubject.Authenticated(),
                        on("private", Verb.LIST, Verb.SUBSCRIBE, Verb.PUBLISH),
                        false));
        server = TestServer.start(
                Secure.settings(
                        TestServer.settings(2).toBuilder().security(security).build()),
                TestAuth.filter(keys, rules, security, this::now));
    }

    URI uri(String path) {
        return server.uri(path);
    }

    /// A token issued now.
    String token(String user) {
        long seconds = now().getEpochSecond();
        return APPLICATION.token(Map.of("sub", user, "iat", seconds, "exp", seconds + lifetime.toSeconds()));
    }

    Instant now() {
        return clock.get().instant();
    }

    /// From now on the time runs, and tokens live so long.
    void run(Duration shorter) {
        clock.set(Clock.systemUTC());
        lifetime = shorter;
    }

    void publish(String channel, String text) {
        server.publish(channel, text);
    }

    /// All events of a channel, as the backend reads them.
    String events(String channel) {
        return server.get("/channels/" + channel + "?as=json&after=earliest", "Authorization", "Bearer " + backend)
                .body();
    }

    HttpResponse<String> revoke(String user) {
        return server.post("/revocations", "{\"sub\":\"" + user + "\"}", "Authorization", "Bearer " + backend);
    }

    /// Streams that go on now.
    long readers() {
        return server.server().hub().readers().readers();
    }

    int connections() {
        return server.server().connections();
    }

    long ended(EndCode reason) {
        return server.server().hub().metrics().endedStreams().getOrDefault(reason, 0L);
    }

    /// Lets all tokens expire, and time pass until one more stream has ended for that.
    void expire() {
        long ended = ended(EndCode.EXPIRED);
        clock.updateAndGet(before -> Clock.offset(before, LIFETIME.plus(END_SPREAD)));
        Await.that(() -> {
            server.pass(Duration.ofSeconds(1));
            server.tick();
            return ended(EndCode.EXPIRED) > ended;
        });
    }

    @Override
    public void close() {
        server.close();
    }
}
