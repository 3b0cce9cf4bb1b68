package dev.sluice.server.auth;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Principal;
import dev.sluice.server.audit.Audit;
import dev.sluice.server.auth.hook.Cookie;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.PasswordLogins;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.CallerQueue;
import dev.sluice.server.limit.FailureLimit;
import dev.sluice.server.publish.BodyCollector;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// `POST /login` stores a page's token in a cookie, for clients that cannot send a header (EventSource,
/// WebSocket, pages), or accepts the name and password of a person. `DELETE /login` removes it.
/// `docs/protocol.md` §5.
final class LoginRoutes {
    /// Browsers ignore longer cookies, counting name and value (RFC 6265bis §5.6).
    static final int COOKIE_CHARACTERS_MAX = 4_096;

    private static final String SET_COOKIE = "Set-Cookie";
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=";

    private static final int SEE_OTHER = 303;
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int FORM_BYTES_MAX = 4 << 10;

    private final OriginSettings security;
    private final Supplier<PasswordLogins> logins;
    private final FailureLimit failures;
    private final Audit audit;
    private final InFlightBytes inFlight;
    private final InstantSource clock;
    private final Consumer<Credential> onEnd;

    /// @param failures the limit of failures to authenticate
    /// @param onEnd    called when a login has ended, by a logout or to make room, with its credential
    LoginRoutes(
            OriginSettings security,
            Supplier<PasswordLogins> logins,
            FailureLimit failures,
            Audit audit,
            InFlightBytes inFlight,
            InstantSource clock,
            Consumer<Credential> onEnd) {
        this.security = security;
        this.logins = logins;
        this.failures = failures;
        this.audit = audit;
        this.inFlight = inFlight;
        this.clock = clock;
        this.onEnd = onEnd;
    }

    /// The value of `Set-Cookie` that removes the cookie.
    static String removal() {
        return BearerToken.COOKIE + "=" + ATTRIBUTES + "0";
    }

    void login(Exchange exchange) {
        RequestHead request = exchange.request();
        request.parameters().allow(Set.of());
        requirePage(exchange);
        boolean isForm = request.header(HeaderNames.CONTENT_TYPE)
                .flatMap(MediaType::parse)
                .filter(type -> type.essence().equals(FORM))
                .isPresent();
        if (isForm
                && logins.get().areTaken()
                && BearerToken.authorization(request).isEmpty()) {
            readForm(exchange);
            return;
        }
        String token = BearerToken.authorization(request)
                .orElseThrow(() -> Problems.BAD_HEADER.refused(
                        "Authorization", "Send the token to keep as 'Authorization: Bearer …', and only there."));
        Grant grant = exchange.grant();
        boolean expires = grant.credential().map(Credential::expiry).isPresent();
        if (!expires) {
            throw Problems.BAD_HEADER.refused(
                    "Authorization",
                    "A static key is for backends, and would never expire in a browser: log in with a token.");
        }
        if (BearerToken.COOKIE.length() + token.length() > COOKIE_CHARACTERS_MAX) {
            throw Problems.TOO_LARGE.refused("The token has " + token.length() + " characters, and browsers keep no"
                    + " cookies of more than " + COOKIE_CHARACTERS_MAX + ": ask for a token with fewer claims.");
        }
        long seconds = Math.max(0, grant.timeLeftMs() / 1_000);
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT)
                .with(SET_COOKIE, BearerToken.COOKIE + "=" + token + ATTRIBUTES + seconds));
    }

    private void readForm(Exchange exchange) {
        InetAddress client = exchange.remoteAddress().getAddress();
        BodyCollector.collect(exchange, FORM_BYTES_MAX, inFlight, (bytes, held) -> {
            held.giveBackAll();
            Parameters form = Parameters.form(new String(bytes, StandardCharsets.UTF_8));
            form.allow(Set.of("name", "password"));
            String name = form.text("name").orElse("");
            String password = form.text("password").orElse("");
            // Before the password is checked, because each check is slow, and not before the body has arrived: many
            // held bodies would be as many attempts without a delay.
            Optional<Problem> refusal = failures.beginLogin(client).or(() -> failures.begin(client));
            if (refusal.isPresent()) {
                exchange.refuse(refusal.get());
                return;
            }
            CallerQueue.Outcome outcome = logins.get().begin(failures.caller(client), name, password, attempt -> {
                count(client, attempt); // Even if the client has disconnected.
                exchange.run(() -> answer(exchange, client, attempt));
            });
            if (outcome == CallerQueue.Outcome.TAKEN) return;
            failures.succeeded(client);
            exchange.refuse(notChecked(outcome));
        });
    }

    private static Problem notChecked(CallerQueue.Outcome outcome) {
        Problem problem = outcome == CallerQueue.Outcome.FULL
                ? Problems.FULL.of("Too many passwords are waiting to be checked. Try again in a second.")
                : Problems.TOO_MANY.of(
                        "This client's logins are already waiting to be checked. Try again in a second.");
        return problem.withHeader("Retry-After", "1");
    }

    /// Records the outcome of an attempt. May be called from any thread.
    private void count(InetAddress client, PasswordLogins.Attempt attempt) {
        switch (attempt) {
            case PasswordLogins.Attempt.Success(String _, Identity identity, Credential dropped) -> {
                if (dropped != null) onEnd.accept(dropped);
                failures.succeeded(client);
                failures.loggedIn(client, true);
                audit.action("logged-in", grant(client, identity), _ -> {});
            }
            case PasswordLogins.Attempt.Failure _ -> {
                failures.loggedIn(client, false);
                audit.refused(client.getHostAddress(), "a wrong name or password");
            }
            case PasswordLogins.Attempt.Undecided _ -> failures.succeeded(client);
        }
    }

    private Grant grant(InetAddress client, Identity identity) {
        return Grant.of(new Principal(identity.subject(), client.getHostAddress()), identity.own())
                .by(identity.credential(), clock);
    }

    private void answer(Exchange exchange, InetAddress client, PasswordLogins.Attempt attempt) {
        switch (attempt) {
            case PasswordLogins.Attempt.Success(String cookie, Identity identity, Credential _) -> {
                long seconds = Math.max(0, grant(client, identity).timeLeftMs() / 1_000);
                ServerResponse answer = isNavigation(exchange.request())
                        ? ServerResponse.empty(SEE_OTHER).with(HeaderNames.LOCATION, "./")
                        : ServerResponse.empty(Status.NO_CONTENT);
                exchange.answer(answer.with(SET_COOKIE, BearerToken.COOKIE + "=" + cookie + ATTRIBUTES + seconds));
            }
            case PasswordLogins.Attempt.Failure _ ->
                exchange.refuse(Problems.BAD_LOGIN
                        .of("Check both, including upper and lower case.")
                        .withHeader("WWW-Authenticate", "Bearer"));
            case PasswordLogins.Attempt.Undecided _ ->
                exchange.refuse(Problems.FULL
                        .of("The hub could not check the password; its log says why. Try again in a second.")
                        .withHeader("Retry-After", "1"));
        }
    }

    /// A form that the browser submits itself expects a page, and a form that a script sends expects an answer.
    private static boolean isNavigation(RequestHead request) {
        return request.header("Sec-Fetch-Mode").orElse("").equals("navigate");
    }

    /// Requires no token, because the token in the cookie may no longer be valid.
    void logout(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        requirePage(exchange);
        for (Cookie each : Cookie.of(exchange.request())) {
            if (each.name().equals(BearerToken.COOKIE))
                logins.get().end(each.unquoted()).ifPresent(ended -> onEnd.accept(ended.credential()));
        }
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT).with(SET_COOKIE, removal()));
    }

    /// Otherwise a page of another origin could log its visitor in under a name that it chooses, or log the
    /// visitor out.
    private void requirePage(Exchange exchange) {
        if (OriginPolicy.mayUseCookies(exchange.request(), exchange.isSecure(), security)) return;
        throw Problems.ORIGIN_REFUSED.refused(
                "Origin",
                "Only pages of the hub's own origin, or of one that --origin names, may log in and out: the request"
                        + " must have Origin or Sec-Fetch-Site, as browsers send them.");
    }

    /// Answers both methods if an application sets the cookie.
    static void refuse(Exchange exchange) {
        exchange.refuse(Problems.NOT_FOUND.of(
                "An application sets the cookie of this hub (auth.cookie): log in and out there."));
    }
}
