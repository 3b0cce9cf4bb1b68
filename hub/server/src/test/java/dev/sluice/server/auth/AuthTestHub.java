package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;

import dev.sluice.core.access.Verb;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Start;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.PasswordHash;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.PasswordKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.FailureLimit;
import dev.sluice.server.stats.ServerClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A hub with a static key of an admin and two issuers of tokens, with which callers may read and publish. Its time
/// stands still until a test moves it.
final class AuthTestHub implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    static final TestIssuer SHOP = TestIssuer.hs256("shop");
    static final TestIssuer OTHER = TestIssuer.hs256("other");

    static final String PASSWORD = "correct horse battery";
    private static final PasswordHash PASSWORD_HASH = PasswordHash.of(PASSWORD, new SecureRandom());

    static final Rule READERS_AND_PUBLISHERS =
            new Rule(new GrantSubject.Authenticated(), on("**", Verb.SUBSCRIBE, Verb.PUBLISH, Verb.CLOSE), false);

    final AtomicReference<Instant> now = new AtomicReference<>(START);
    final String admin;
    final Log log;

    /// The channels whose deletion the log does not take, as a cluster without a majority.
    final Set<ChannelName> undeletable = ConcurrentHashMap.newKeySet();

    /// The number of appends.
    final AtomicInteger appends = new AtomicInteger();

    /// The failure of all appends, as in a cluster without a leader; null for none.
    volatile @Nullable RuntimeException appendFailure;

    /// The failure of all readers that begin, as of a broken disk; null for none.
    volatile @Nullable RuntimeException readFailure;

    private final boolean ownsLog;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String cookie;
    private final int revocationsMax;
    private final FailureLimit failures;
    private AuthFilter filter;
    private Server server;

    AuthTestHub() {
        this(BearerToken.COOKIE, 3);
    }

    AuthTestHub(String cookie, int revocationsMax) {
        this(cookie, revocationsMax, FailureLimit.NONE);
    }

    AuthTestHub(String cookie, int revocationsMax, FailureLimit failures) {
        this.cookie = cookie;
        this.revocationsMax = revocationsMax;
        this.failures = failures;
        this.admin = StaticKeys.generate("ops", new SecureRandom());
        this.log = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public CompletionStage<Boolean> delete(ChannelName channel) {
                return undeletable.contains(channel)
                        ? CompletableFuture.failedFuture(new NotPublishedException("No majority."))
                        : super.delete(channel);
            }

            @Override
            public CompletionStage<ReadCursor> locate(Start start, Selection selection, Filter filter) {
                RuntimeException failure = readFailure;
                return failure == null
                        ? super.locate(start, selection, filter)
                        : CompletableFuture.failedFuture(failure);
            }

            @Override
            public CompletionStage<AppendResult> append(Publication publication) {
                appends.incrementAndGet();
                RuntimeException failure = appendFailure;
                if (failure == null) return super.append(publication);
                if (failure instanceof UnknownOutcomeException) super.append(publication); // It took effect.
                return CompletableFuture.failedFuture(failure);
            }
        };
        this.ownsLog = true;
        start();
    }

    /// Another hub with the log of this one, as on two nodes of a cluster; its clock shows the same time at first.
    private AuthTestHub(AuthTestHub other) {
        this.cookie = other.cookie;
        this.revocationsMax = other.revocationsMax;
        this.failures = FailureLimit.NONE;
        this.admin = other.admin;
        this.log = other.log;
        this.ownsLog = false;
        now.set(other.now.get());
        start();
    }

    /// Starts another hub with the same log; close it before this one.
    AuthTestHub besides() {
        return new AuthTestHub(this);
    }

    private List<VerificationKey> keys(String... rolesOfCarol) {
        return List.of(
                new StaticKey("ops", StaticKeys.hash(admin), Set.of(), on("**", Verb.values())),
                new PasswordKey(
                        "carol", PASSWORD_HASH, Set.of(rolesOfCarol), on("**", Verb.values()), Duration.ofHours(12)),
                SHOP.key(),
                OTHER.key());
    }

    /// A filter for another server, with the same keys.
    AuthFilter filter(OriginSettings security) {
        List<Rule> rules = List.of(READERS_AND_PUBLISHERS);
        Authenticator authenticator = TestAuth.authenticator(keys(), now::get, revocationsMax);
        return TestAuth.filter(new BearerToken(cookie, security), authenticator, rules, failures, now::get);
    }

    private void start() {
        OriginSettings security = new OriginSettings(false, false, Set.of(), Set.of("https://shop.example"));
        filter = filter(security);
        server = Server.start(
                TestServer.settings(2).toBuilder().security(security).build(),
                log,
                new ServerClock(InstantSource.system(), () -> 0),
                ServerExtensions.none().withAccess(filter));
    }

    /// Starts another hub on the same log.
    void restart() {
        server.close();
        start();
    }

    /// Puts other rules in force, as a reload does.
    void reload(Rule... rules) {
        replace(filter.policy().authenticator(), rules);
    }

    /// Gives carol other roles, as a reload does.
    void reloadWithRolesOfCarol(String... roles) {
        Authenticator before = filter.policy().authenticator();
        replace(before.with(keys(roles), revocationsMax, Budget.TOKENS.count()), READERS_AND_PUBLISHERS);
    }

    /// Lets the tokens of the shop live longer, as a reload does.
    void reloadWithLifetime(Duration lifetimeMax) {
        TokenKey shop = SHOP.key();
        List<VerificationKey> keys = new ArrayList<>(keys());
        keys.removeIf(each -> each.kid().equals(shop.kid()));
        keys.add(new TokenKey(shop.kid(), shop.algorithm(), shop.material(), null, null, shop.ceiling(), lifetimeMax));
        Authenticator before = filter.policy().authenticator();
        replace(before.with(keys, revocationsMax, Budget.TOKENS.count()), READERS_AND_PUBLISHERS);
    }

    private void replace(Authenticator authenticator, Rule... rules) {
        var changed = new GrantRules(List.of(rules), true, now::get, authenticator.revocations());
        filter.replace(new AccessPolicy(authenticator, changed), "sha256:other")
                .toCompletableFuture()
                .join();
    }

    Server server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
        if (ownsLog) log.close();
        http.close();
    }

    RawClient raw() {
        return new RawClient(server.uri().getPort());
    }

    /// A token issued now, for ten minutes.
    String token(String subject, Object... more) {
        return token(SHOP, subject, more);
    }

    /// @param more further claims, by name and value
    String token(TestIssuer issuer, String subject, Object... more) {
        Map<String, Object> claims = new HashMap<>();
        claims.put("sub", subject);
        claims.put("iat", now.get().getEpochSecond());
        claims.put("exp", now.get().getEpochSecond() + 600);
        for (int i = 0; i < more.length; i += 2) claims.put((String) more[i], more[i + 1]);
        return issuer.token(claims);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.uri() + path))
                .timeout(TestServer.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    HttpResponse<String> as(String credential, String method, String path, String body) {
        return send(method, path, body, "Authorization", "Bearer " + credential);
    }

    HttpResponse<String> read(String token) {
        return as(token, "GET", "/channels/news?as=json&after=earliest", "");
    }

    HttpResponse<String> revoke(String json) {
        return as(admin, "POST", "/revocations", json);
    }
}
