package dev.sluice.server.limit;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Limits the number of invalid credentials of an address, because each costs the verification of a signature.
/// May be used from any thread.
public final class FailureLimit {
    /// No limit.
    public static final FailureLimit NONE =
            new FailureLimit(RateLimit.perMinute("", 0), 1, TrustedProxies.NONE, System::nanoTime);

    private final TrustedProxies proxies;
    private final LongSupplier nowNs;
    private volatile Limits limits;
    private final ClientTable<LoginDelay> logins;

    /// @param nowNs a monotonic clock
    public FailureLimit(LimitSettings settings, TrustedProxies proxies, LongSupplier nowNs) {
        this(settings.authFailures(), settings.clientsMax(), proxies, nowNs);
    }

    private FailureLimit(RateLimit limit, int clientsMax, TrustedProxies proxies, LongSupplier nowNs) {
        this.proxies = proxies;
        this.nowNs = nowNs;
        this.limits = limits(limit, clientsMax);
        this.logins = new ClientTable<>(clientsMax, LoginDelay::new, nowNs);
    }

    private record Limits(RateLimit limit, RateRejection refusal, ClientTable<TokenBucket> clients) {}

    private Limits limits(RateLimit limit, int clientsMax) {
        return new Limits(
                limit,
                new RateRejection(limit),
                new ClientTable<>(clientsMax, now -> new TokenBucket(limit, now), nowNs));
    }

    /// Applies another limit from now on.
    public void replace(LimitSettings settings) {
        limits = limits(settings.authFailures(), settings.clientsMax());
    }

    /// Counts an attempt as a failure before its outcome is known. Otherwise many attempts could be in flight at
    /// once.
    ///
    /// @return the reason to refuse the attempt; empty if it is permitted
    public Optional<Problem> begin(InetAddress client) {
        Limits now = limits;
        if (!isLimited(now, client)) return Optional.empty();
        long waitNs = now.clients.of(ClientKey.of(client)).take(1, nowNs.getAsLong());
        return waitNs == 0 ? Optional.empty() : Optional.of(now.refusal.of(ClientKey.of(client), waitNs));
    }

    /// Called when an attempt was not a failure.
    public void succeeded(InetAddress client) {
        Limits now = limits;
        if (isLimited(now, client)) now.clients.of(ClientKey.of(client)).giveBack(1);
    }

    /// Returns a refusal if the address must wait because its last logins failed; empty if it may try to log in.
    /// One that no longer fits into the table never waits, so that a flood of others does not lock it out.
    public Optional<Problem> beginLogin(InetAddress client) {
        LoginDelay delay = proxies.contains(client) ? null : logins.known(ClientKey.of(client));
        if (delay == null) return Optional.empty();
        long waitNs = delay.waitNs(nowNs.getAsLong());
        if (waitNs <= 0) return Optional.empty();
        long seconds = Math.max(1, Math.ceilDiv(waitNs, TimeUnit.SECONDS.toNanos(1)));
        return Optional.of(Problems.TOO_MANY
                .of("The last logins of this address failed: try again in " + seconds + " s.")
                .withHeader("Retry-After", Long.toString(seconds)));
    }

    /// Must be called with the outcome of a login attempt.
    public void loggedIn(InetAddress client, boolean succeeded) {
        if (proxies.contains(client)) return;
        ClientKey key = ClientKey.of(client);
        LoginDelay delay = succeeded ? logins.known(key) : logins.of(key);
        if (delay == null) return;
        if (succeeded) delay.succeeded();
        else delay.failed(nowNs.getAsLong());
    }

    /// The caller in whose shares an address counts; empty for a trusted proxy that does not report its client.
    public Optional<ClientKey> caller(InetAddress client) {
        return proxies.contains(client) ? Optional.empty() : Optional.of(ClientKey.of(client));
    }

    /// A trusted proxy that does not report its client stands for all of its clients.
    private boolean isLimited(Limits now, InetAddress client) {
        return now.limit.isSet() && !proxies.contains(client);
    }
}
