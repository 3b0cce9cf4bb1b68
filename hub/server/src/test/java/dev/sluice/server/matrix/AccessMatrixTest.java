package dev.sluice.server.matrix;

import static dev.sluice.server.auth.TestPermissions.on;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Secure;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.TestAuth;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.CertificateName;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.reload.ReloadReport;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.stats.ServerClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each door is knocked at by callers with no credential, with worthless ones, with tokens that permit too little and
/// with those that permit just enough; [Door#expected] says what must come of it. Refusals leave no trace in the log.
/// The doors of a program around the hub are in the library's `AccessTest`: its own calls need no grant.
final class AccessMatrixTest {
    /// Routes that everybody may use, and why.
    private static final Map<String, String> UNFILTERED = Map.ofEntries(
            Map.entry("GET /livez", "a probe: says only that an event loop answers"),
            Map.entry("GET /readyz", "a probe: says only whether the hub takes requests"),
            Map.entry("GET /openapi.json", "the contract, the same for every hub of this version"),
            Map.entry("GET /client.js", "the client, part of every distribution"),
            Map.entry("GET /client-{hash}.js", "likewise"),
            Map.entry("GET /client.js.map", "likewise"),
            Map.entry("GET /login", "a form, without anything of the hub"),
            Map.entry("GET /doctor", "a redirect to its page"),
            Map.entry("GET /doctor/", "a page, without anything of the hub"),
            Map.entry("GET /openapi", "a page, without anything of the hub"),
            Map.entry("GET /page/**", "styles and scripts of pages, part of every distribution"),
            Map.entry("GET /favicon.ico", "the icon of the pages"),
            Map.entry(
                    "DELETE /login",
                    "removes a cookie, whose token may not be valid any more; for pages only: LoginTest"));

    /// Routes that reach no channel and that everybody with a credential may use, and the tests of that.
    private static final Map<String, String> WITHOUT_CHANNEL =
            Map.of("POST /login", "LoginTest.acceptsATokenInTheHeaderOnly");

    /// Routes that operate the hub, for callers with the verb `admin`.
    private static final Set<String> FOR_ADMINS = Set.of(
            "GET /revocations",
            "POST /revocations",
            "POST /explain",
            "GET /settings",
            "GET /connections",
            "DELETE /connections",
            "DELETE /connections/**",
            "GET /traces",
            "POST /traces",
            "GET /traces/**",
            "DELETE /traces/**",
            "GET /deliveries/**",
            "GET /doctor/echo",
            "GET /doctor/count.json",
            "GET /doctor/stream",
            "GET /doctor/socket",
            "POST /doctor/upload",
            "POST /doctor/end",
            "POST /drain");

    /// Those that only an admin listener has, where there is one.
    private static final Set<String> ON_ADMIN_LISTENERS = Set.of("GET /metrics", "POST /reload");

    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    /// The routes for admins that an admin listener has, too.
    private static final Set<String> FOR_OPERATORS = Set.of("/connections", "/traces", "/deliveries", "/drain");

    /// Verbs that no request to a channel of users needs: [#answersAdminsAloneOnRoutesThatOperateTheHub].
    private static final Set<Verb> WITHOUT_DOORS = Set.of(Verb.ADMIN);

    /// The real time, as certificates have it, and it stands still.
    private static final Instant NOW = Instant.now();
    private static final TestIssuer ISSUER = TestIssuer.hs256("issuer");
    private static final String KEY = StaticKeys.generate("backend", new SecureRandom());

    /// Downwards, because lists show only the first channels by their names.
    private static final AtomicInteger CHANNELS = new AtomicInteger(1_000_000);
    private static final AtomicReference<Router> ROUTER = new AtomicReference<>();

    private static HttpClient http;
    private static HttpClient machine;
    private static HttpClient wrongMachine;
    private static Log log;
    private static Server server;

    @BeforeAll
    static void start() {
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        machine = HttpClient.newBuilder()
                .sslContext(Secure.showing(Secure.certificate("machine-7")))
                .build();
        wrongMachine = HttpClient.newBuilder()
                .sslContext(Secure.showing(Secure.certificate("backend")))
                .build();
        log = MemoryLog.builder(InstantSource.system()).open();
        List<VerificationKey> keys = List.of(
                new StaticKey("backend", StaticKeys.hash(KEY), Set.of(), on("**", Verb.values())),
                ISSUER.key(),
                new CertificateKey(
                        "machines",
                        CertificateName.DNS,
                        List.of(),
                        Set.of("machine"),
                        Permissions.ALL,
                        CertificateKey.LIFETIME_MAX));
        List<Rule> rules = List.of(
                new Rule(new GrantSubject.Anyone(), on("lobby", Verb.SUBSCRIBE), false),
                new Rule(new GrantSubject.Role("machine"), on("**", Verb.values()), false));
        server = Server.start(
                withAdminListener(Secure.besidePlain(TestServer.settings(2))),
                log,
                new ServerClock(InstantSource.system(), () -> 0),
                ServerExtensions.none()
                        .withAccess(TestAuth.filter(keys, rules, OriginSettings.LOOPBACK, () -> NOW))
                        .withRoutes((routes, _) -> {
                            ROUTER.set(routes);
                            return routes;
                        })
                        .withConfiguration(new Unread()));
    }

    private static final class Unread implements RunningConfiguration {
        @Override
        public byte[] settings() {
            throw new AssertionError("no request of the matrix reads the settings");
        }

        @Override
        public boolean isReloadable() {
            return true;
        }

        @Override
        public ReloadReport reload(boolean confirmed) {
            throw new AssertionError("no request of the matrix reloads");
        }

        @Override
        public @Nullable ReloadReport last() {
            return null;
        }
    }

    private static ServerSettings withAdminListener(ServerSettings plain) {
        List<Listener> listeners = new ArrayList<>(plain.listeners());
        listeners.add(new Listener("127.0.0.1", 0, Listener.Role.ADMIN));
        return plain.toBuilder().listeners(listeners).build();
    }

    @AfterAll
    static void close() {
        server.close();
        log.close();
        http.close();
        machine.close();
        wrongMachine.close();
    }

    // --- the matrix

    @ParameterizedTest
    @EnumSource
    void admitsOnlyCallersWithAllVerbsOfTheDoor(Door door) {
        for (Caller caller : Caller.at(door)) {
            String channel = "matrix/" + CHANNELS.decrementAndGet();
            Cursor id = publish(channel);
            ChannelState before = log.channel(new ChannelName(channel));

            String name = name(caller);
            Answered answered = door.knock(client(caller, channel, id.text(), name));

            assertThat(answered).as("%s at %s", caller, door).isEqualTo(door.expected(caller));
            boolean isChanged = !log.channel(new ChannelName(channel)).equals(before);
            assertThat(isChanged)
                    .as("the channel changed: %s at %s", caller, door)
                    .isEqualTo(answered == Answered.PASSED && door.writes());
            if (door.joins()) {
                assertThat(members(channel).contains("\"" + name + "\""))
                        .as("there is a member: %s at %s", caller, door)
                        .isEqualTo(answered == Answered.PASSED);
            }
        }
    }

    private static String name(Caller caller) {
        return switch (caller.kind()) {
            case STATIC_KEY -> "backend";
            case CERTIFICATE -> "machine-7";
            default -> "alice";
        };
    }

    private static DoorClient client(Caller caller, String channel, String event, String name) {
        HttpClient shown = switch (caller.kind()) {
            case CERTIFICATE -> machine;
            case WRONG_CERTIFICATE -> wrongMachine;
            default -> http;
        };
        URI hub =
                shown == http ? server.uri() : server.uris(Listener.Role.PUBLIC).getLast();
        return new DoorClient(shown, hub, channel, event, name, credential(caller, channel));
    }

    private static Cursor publish(String channel) {
        Draft draft =
                Draft.event(new ChannelName(channel), "message", EventFields.ofKey("k"), TestServer.text("secret"));
        log.append(new Publication(draft, Conditions.NONE))
                .toCompletableFuture()
                .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        return log.channel(draft.channel()).latest();
    }

    private static String members(String channel) {
        return get("/presence/" + channel, KEY).body();
    }

    private static HttpResponse<String> get(String path, @Nullable String credential) {
        return send(HttpRequest.newBuilder(URI.create(server.uri() + path)), credential);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, @Nullable String credential) {
        if (credential != null) request.header("Authorization", "Bearer " + credential);
        try {
            return http.send(request.timeout(TestServer.PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static @Nullable String credential(Caller caller, String channel) {
        Map<String, Object> claims = claims(caller, channel);
        String token = ISSUER.token(claims);
        return switch (caller.kind()) {
            case NOTHING, CERTIFICATE, WRONG_CERTIFICATE -> null;
            case TOKEN -> token;
            case EXPIRED_TOKEN -> ISSUER.token(with(claims, "exp", NOW.getEpochSecond()));
            case FORGED_TOKEN -> TestIssuer.hs256("forger").token(Map.of("alg", "HS256", "kid", "issuer"), claims);
            case TOKEN_OF_AN_UNKNOWN_KEY -> TestIssuer.hs256("unknown").token(claims);
            case UNSIGNED_TOKEN -> ISSUER.token(Map.of("alg", "none", "kid", "issuer"), claims);
            case TOKEN_FOR_OTHERS -> ISSUER.token(with(claims, "aud", "mail"));
            case STATIC_KEY -> KEY;
            case WRONG_STATIC_KEY -> StaticKeys.generate("backend", new SecureRandom());
        };
    }

    private static Map<String, Object> claims(Caller caller, String channel) {
        Map<String, Object> permitted = new HashMap<>();
        for (Verb verb : Verb.values()) {
            List<String> channels = new ArrayList<>();
            if (caller.verbs().contains(verb)) channels.add(channel);
            if (caller.verbsElsewhere().contains(verb)) channels.add("elsewhere/**");
            if (verb == Verb.ADMIN) permitted.put(verb.text(), !channels.isEmpty());
            else permitted.put(verb.text(), channels);
        }
        return Map.of("sub", "alice", "exp", NOW.getEpochSecond() + 600, "sluice", permitted);
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(claims);
        changed.put(name, value);
        return changed;
    }

    /// The id of a session is secret, and of no use without the credential of its opener.
    @Test
    void acceptsMessagesOfASessionOnlyFromItsOpener() {
        Caller alice = new Caller("alice", Caller.Kind.TOKEN, true, Set.of(Verb.PUBLISH), Set.of());
        String opener = credential(alice, "matrix/session");
        String bob = ISSUER.token(with(claims(alice, "matrix/session"), "sub", "bob"));
        try (DoorStream stream = DoorStream.open(http, server.uri() + "/session", opener)) {
            String path = server.uri() + "/session/" + stream.session();
            assertThat(post(path, null)).isEqualTo(404);
            assertThat(post(path, bob)).isEqualTo(404);
            assertThat(post(path, opener + "x")).isEqualTo(401);
            assertThat(post(path, opener)).isEqualTo(204);
        }
    }

    private static int post(String path, @Nullable String credential) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString("{\"op\":\"ping\"}"));
        return send(request, credential).statusCode();
    }

    // --- routes that operate the hub

    private static Stream<Arguments> routesForAdmins() {
        URI hub = server.uri();
        URI admin = server.uris(Listener.Role.ADMIN).getFirst();
        Stream<Arguments> here = FOR_ADMINS.stream().map(route -> Arguments.of(hub, route));
        Stream<Arguments> there = Stream.concat(
                        ON_ADMIN_LISTENERS.stream(),
                        FOR_ADMINS.stream()
                                .filter(route -> FOR_OPERATORS.contains(route.split(" ")[1].replace("/**", ""))))
                .map(route -> Arguments.of(admin, route));
        return Stream.concat(here, there);
    }

    /// With a parameter that no route knows: admins are told so, and nobody else learns anything.
    @ParameterizedTest
    @MethodSource("routesForAdmins")
    void answersAdminsAloneOnRoutesThatOperateTheHub(URI listener, String route) {
        String[] methodAndPath = route.split(" ");
        URI uri = URI.create(listener + methodAndPath[1].replace("**", "1") + "?unknown=1");
        for (Caller caller : Caller.of(EnumSet.of(Verb.ADMIN))) {
            if (caller.kind() == Caller.Kind.CERTIFICATE || caller.kind() == Caller.Kind.WRONG_CERTIFICATE) continue;
            var request = HttpRequest.newBuilder(uri).method(methodAndPath[0], HttpRequest.BodyPublishers.noBody());
            // There is no admin of some channels only.
            boolean mayOperate = caller.verbs().contains(Verb.ADMIN)
                    || caller.verbsElsewhere().contains(Verb.ADMIN);
            boolean isAdmin = caller.isValid() && mayOperate;
            int expected = isAdmin ? 400 : caller.isValid() && !caller.isAnonymous() ? 403 : 401;
            assertThat(send(request, credential(caller, "matrix/operator")).statusCode())
                    .as("%s at %s", caller, route)
                    .isEqualTo(expected);
        }
    }

    // --- no door is missing

    @Test
    void namesEachRouteOfTheHub() {
        assertThat(undescribed(ROUTER.get())).isEmpty();
        Set<String> routes =
                ROUTER.get().mappings().stream().map(AccessMatrixTest::name).collect(toSet());
        Set<String> described = new HashSet<>(UNFILTERED.keySet());
        described.addAll(WITHOUT_CHANNEL.keySet());
        described.addAll(FOR_ADMINS);
        for (Door each : Door.values()) described.add(each.route());
        assertThat(described).as("routes that are described and do not exist").isSubsetOf(routes);
    }

    @Test
    void reportsARouteWithoutARule() {
        assertThat(undescribed(new Router().on(Method.GET, "/new", exchange -> {})))
                .containsExactly("GET /new");
        assertThat(undescribed(new Router().onUnfiltered(Method.GET, "/new", exchange -> {})))
                .containsExactly("GET /new");
        // One that everybody may use, where a grant is needed, and the other way round.
        assertThat(undescribed(new Router().onUnfiltered(Method.GET, "/channels", exchange -> {})))
                .containsExactly("GET /channels");
        assertThat(undescribed(new Router().on(Method.GET, "/livez", exchange -> {})))
                .containsExactly("GET /livez");
    }

    /// The routes that no door takes, or that do not ask for a grant although a door takes them.
    private static List<String> undescribed(Router router) {
        Set<String> doors = Arrays.stream(Door.values()).map(Door::route).collect(toSet());
        doors.addAll(WITHOUT_CHANNEL.keySet());
        doors.addAll(FOR_ADMINS);
        return router.mappings().stream()
                .filter(each -> !(each.isFiltered() ? doors : UNFILTERED.keySet()).contains(name(each)))
                .map(AccessMatrixTest::name)
                .toList();
    }

    private static String name(Router.Mapping mapping) {
        return mapping.method().name() + " " + mapping.path().replaceFirst("client-[0-9a-f]{16}", "client-{hash}");
    }

    @Test
    void hasADoorForEachVerb() {
        Map<Verb, Long> doors = Stream.of(Verb.values())
                .collect(toMap(
                        verb -> verb,
                        verb -> Stream.of(Door.values())
                                .filter(door -> door.verbs().contains(verb))
                                .count()));
        doors.forEach((verb, count) ->
                assertThat(count == 0).as("%s has no door", verb).isEqualTo(WITHOUT_DOORS.contains(verb)));
    }

    /// Their own routes are in `AdminRoutesTest`.
    @Test
    void servesOnlyRoutesForOperatorsOnAnAdminListener() {
        URI admin = server.uris(Listener.Role.ADMIN).getFirst();
        for (Router.Mapping each : ROUTER.get().mappings()) {
            if (PROBES.contains(each.path())) continue;
            URI uri = URI.create(admin + each.path().replace("**", "lobby"));
            var request =
                    HttpRequest.newBuilder(uri).method(each.method().name(), HttpRequest.BodyPublishers.ofString("{}"));
            boolean isForOperators = FOR_OPERATORS.contains(each.path().replace("/**", ""));
            assertThat(send(request, isForOperators ? null : KEY).statusCode())
                    .as(name(each))
                    .isEqualTo(isForOperators ? 401 : 404);
        }
    }

    /// Routes that everybody may use do not even look at the credential.
    @Test
    void letsEveryoneUseRoutesThatNeedNoGrant() {
        for (Router.Mapping each : ROUTER.get().mappings()) {
            if (each.isFiltered() || !each.method().equals(Method.GET)) continue;
            String path = each.path().replace("**", "icon.svg");
            for (String credential : new String[] {null, "junk", KEY})
                assertThat(get(path, credential).statusCode())
                        .as("%s with %s", path, credential)
                        .isIn(200, 308);
        }
    }
}
