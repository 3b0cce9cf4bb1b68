package dev.sluice.server.auth;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.Hub;
import dev.sluice.server.audit.Audit;
import dev.sluice.server.auth.hook.Hook;
import dev.sluice.server.auth.hook.HookSettings;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.FailureLimit;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Gives each request the grant of its caller: finds its credential, verifies it and applies the rules. A
/// credential that is not valid is answered with `401` and does not make the caller anonymous: the client must
/// learn that its token has expired. Without a credential, the rules for all callers apply, and the hub asks for
/// a credential if they do not permit the request.
public final class AuthFilter implements AccessFilter {
    private static final System.Logger LOG = System.getLogger(AuthFilter.class.getName());

    /// The challenge of a refused token (RFC 6750 §3.1).
    private static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

    private static final int UNAUTHORIZED = 401;

    private final BearerToken bearer;
    private volatile AccessPolicy policy;
    private final FailureLimit failures;
    private final InstantSource clock;
    private final String configuration;
    private @Nullable Audit audit; // Set before the first request.
    private @Nullable Hub hub; // Likewise.
    private @Nullable RevocationRoutes revocations; // Likewise.

    private final HookAccess hook;

    /// @param failures      the limit of failures to authenticate
    /// @param clock         the time of the audit log
    /// @param configuration a digest of the configuration, for the audit log
    /// @param hook          asks the application if rules and tokens do not permit a request
    public AuthFilter(
            BearerToken bearer,
            Authenticator authenticator,
            GrantRules rules,
            FailureLimit failures,
            InstantSource clock,
            String configuration,
            HookAccess hook) {
        this.hook = hook;
        this.clock = clock;
        this.configuration = configuration;
        this.bearer = bearer;
        this.policy = new AccessPolicy(authenticator, rules);
        rules.follow(this::policy);
        this.failures = failures;
    }

    /// The keys and grants in force.
    public AccessPolicy policy() {
        return policy;
    }

    /// The origins whose pages may use cookies, and the trusted proxies.
    public OriginSettings security() {
        return bearer.security();
    }

    /// The limit of failures to authenticate.
    public FailureLimit failures() {
        return failures;
    }

    /// Replaces the settings of the hook. Without settings the application is no longer asked, and [replacing the
    /// policy][#replace(AccessPolicy, String)] then ends what it permitted.
    ///
    /// @param settings null for no hook
    public void replace(@Nullable HookSettings settings) {
        hook.replace(settings == null ? null : new Hook(settings, clock));
    }

    /// Puts dropped revocations into effect again that longer lifetimes of tokens need, before any setting of the
    /// same change applies. Called by one thread at a time; blocks while it reads the log.
    ///
    /// @throws RuntimeException if the log can't be read; nothing has changed then
    public void prepare(AccessPolicy next) {
        next.authenticator().extendRevocations(Objects.requireNonNull(revocations, "not started")::restore);
    }

    /// Replaces keys and grants. Streams that they no longer permit end, all others continue; the application is
    /// asked again. Called by one thread at a time; blocks while it reads the log.
    ///
    /// @param next created [from the policy in force][Authenticator#with]
    /// @param configuration a digest of the configuration, for the audit log
    /// @return the number of streams, polls and publishers that were ended, once the end of all is decided
    public CompletionStage<Integer> replace(AccessPolicy next, String configuration) {
        Hub delivery = Objects.requireNonNull(hub, "not started");
        Audit opened = Objects.requireNonNull(audit);
        prepare(next); // First, so that no revoked token becomes valid again.
        next.rules().follow(this::policy);
        next.rules().reportTo(opened);
        next.authenticator().limitRevocations();
        policy = next;
        hook.follow(next.rules());
        opened.configured(configuration);
        return delivery.review();
    }

    @Override
    public void open(Router router, Hub hub, InFlightBytes inFlight) {
        Audit opened = new Audit(hub, clock);
        audit = opened;
        this.hub = hub;
        policy().rules().reportTo(opened);
        hub.reportTo(opened);
        RevocationRoutes revoking = new RevocationRoutes(hub, () -> policy().authenticator(), inFlight, opened, hook);
        revoking.follow();
        revocations = revoking;
        router.on(Method.GET, "/revocations", revoking::list).on(Method.POST, "/revocations", revoking::post);
        router.on(Method.POST, "/explain", new ExplainRoute(this::policy, inFlight));
        LoginRoutes login = new LoginRoutes(
                bearer.security(),
                () -> policy().authenticator().logins(),
                failures,
                opened,
                inFlight,
                clock,
                // By its id: a reload may have changed the roles in its credential.
                over -> hub.revoke(grant -> grant.credential()
                        .filter(each -> each.tokenId().equals(over.tokenId()))
                        .isPresent()));
        router.on(Method.POST, "/login", bearer.isHubCookie() ? login::login : LoginRoutes::refuse)
                .onUnfiltered(Method.DELETE, "/login", bearer.isHubCookie() ? login::logout : LoginRoutes::refuse);
        opened.started(configuration);
    }

    /// If an application sets the cookie, it also has the login.
    @Override
    public boolean hasLogins() {
        return bearer.isHubCookie();
    }

    @Override
    public void tick() {
        if (audit != null) audit.tick();
    }

    @Override
    public void close() {
        if (revocations != null) revocations.close();
        if (audit != null) audit.close();
    }

    @Override
    public void filter(Exchange exchange, Route route) {
        RequestHead request = exchange.request();
        Optional<String> credential = bearer.of(request, exchange.isSecure());
        exchange.conceal(Parameters.TOKEN);
        if (credential.isPresent()) verify(exchange, route, request, credential.get());
        else passByCertificate(exchange, route, request);
    }

    /// A client certificate belongs to a connection, so it counts only for requests that have no credential: a
    /// proxy with a certificate may forward the tokens of many users.
    private void passByCertificate(Exchange exchange, Route route, RequestHead request) {
        boolean mayCount = policy().authenticator().takesCertificates()
                && OriginPolicy.mayUseCertificate(request, exchange.isSecure(), bearer.security());
        List<X509Certificate> shown = mayCount ? exchange.clientCertificates() : List.of();
        if (shown.isEmpty()) {
            pass(exchange, route, null);
            return;
        }
        switch (policy().authenticator().verify(shown)) {
            case Verification.Verified(var caller) -> pass(exchange, route, caller);
            case Verification.BadToken bad ->
                route.refuse(exchange, problem(bad, client(exchange).getHostAddress()));
            case Verification.Undecided undecided -> route.refuse(exchange, problem(undecided));
            case Verification.Pending _ -> throw new IllegalStateException("certificates are never pending");
        }
    }

    private void verify(Exchange exchange, Route route, RequestHead request, String credential) {
        if (policy().authenticator().known(credential) instanceof Verification.Verified(var caller)) {
            pass(exchange, route, caller);
            return;
        }
        verified(client(exchange), credential)
                .whenComplete((caller, failure) -> exchange.run(() -> {
                    if (failure == null) pass(exchange, route, caller);
                    else route.refuse(exchange, refusal(request, failure));
                }));
    }

    private Problem refusal(RequestHead request, Throwable failure) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (reason instanceof ProblemException refused) return withoutCookie(request, refused.problem());
        LOG.log(Level.ERROR, "a token could not be verified", reason);
        return Problems.FAILED.of("Something went wrong in the server; its log says what. Try again later.");
    }

    @Override
    public TokenGrants tokens(Exchange exchange) {
        InetAddress client = client(exchange);
        return new AskedGrants(client, hook.questions(exchange));
    }

    /// The grants of a session, about which the application is asked if there is a hook.
    private final class AskedGrants implements TokenGrants {
        private final InetAddress client;
        private final HookAccess.SessionQuestions questions;

        AskedGrants(InetAddress client, HookAccess.SessionQuestions questions) {
            this.client = client;
            this.questions = questions;
        }

        @Override
        public CompletableFuture<Grant> grantOf(String token) {
            return caller(client, token).thenCompose(questions::grantOf);
        }

        @Override
        public CompletableFuture<Grant> grantOf(Subscription subscription, Grant grant) {
            return questions.grantOf(subscription, grant);
        }
    }

    private CompletableFuture<Identity> caller(InetAddress client, String token) {
        if (policy().authenticator().known(token) instanceof Verification.Verified(var caller)) {
            return CompletableFuture.completedFuture(caller);
        }
        return verified(client, token);
    }

    /// Verifies a credential that is not known yet. Clients behind one address share its limit of failures.
    /// Keys, and tokens that were verified before, are exempt from it, so that failures of a neighbour do not
    /// lock out a running client.
    ///
    /// @return fails with [ProblemException] if the credential is not valid, or cannot be verified now
    private CompletableFuture<Identity> verified(InetAddress client, String credential) {
        return failures.begin(client)
                .map(problem -> CompletableFuture.<Identity>failedFuture(new ProblemException(problem)))
                .orElseGet(() -> {
                    Authenticator authenticator = policy().authenticator();
                    return caller(client, authenticator, authenticator.verify(credential));
                });
    }

    private CompletableFuture<Identity> caller(
            InetAddress client, Authenticator authenticator, Verification verification) {
        return switch (verification) {
            case Verification.Verified(var caller) -> {
                failures.succeeded(client);
                yield CompletableFuture.completedFuture(caller);
            }
            case Verification.BadToken bad ->
                CompletableFuture.failedFuture(new ProblemException(problem(bad, client.getHostAddress())));
            case Verification.Undecided undecided -> {
                failures.succeeded(client);
                yield CompletableFuture.failedFuture(new ProblemException(problem(undecided)));
            }
            case Verification.Pending(var later) ->
                later.thenCompose(outcome -> caller(client, authenticator, authenticator.checked(outcome)))
                        .toCompletableFuture();
        };
    }

    private Problem problem(Verification.BadToken bad, String address) {
        if (audit != null) audit.refused(address, "a credential that is not valid");
        Problem problem = Problems.BAD_TOKEN.of(bad.reason()).withHeader("WWW-Authenticate", INVALID_TOKEN);
        return bad.stale() == null ? problem : problem.withMember("stale", bad.stale());
    }

    private static Problem problem(Verification.Undecided undecided) {
        return Problems.NOT_READY
                .of(undecided.reason())
                .withHeader("Retry-After", Long.toString(undecided.retrySeconds()));
    }

    /// A page can't remove a cookie that the hub set, and a bad cookie would lock it out until the cookie
    /// expires.
    private Problem withoutCookie(RequestHead request, Problem problem) {
        boolean isBad = problem.status() == UNAUTHORIZED;
        boolean isRemovable = isBad && bearer.isHubCookie() && bearer.isCookie(request);
        return isRemovable ? problem.withHeader("Set-Cookie", LoginRoutes.removal()) : problem;
    }

    private static InetAddress client(Exchange exchange) {
        return exchange.remoteAddress().getAddress();
    }

    private void pass(Exchange exchange, Route route, @Nullable Identity caller) {
        exchange.setGrant(policy().rules().grantOf(caller, client(exchange).getHostAddress()));
        hook.filter(exchange, route, caller);
    }
}
