package dev.sluice.core.access;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The permissions of a principal, and when they end. Everything that is not permitted is denied. Immutable,
/// may be used from any thread.
///
/// A selection must lie wholly within a grant, each of its patterns [within one permitted
/// pattern][Pattern#covers]; it is never narrowed to the part that is permitted.
public final class Grant {
    /// Permits everything, including names reserved for the server, to an anonymous caller, and never expires.
    /// Used by the program around the hub, and for every caller if no access is configured.
    public static final Grant EVERYTHING = of(Principal.ANONYMOUS, Permissions.ALL);

    private final Principal principal;
    private final Permissions allowed;
    private final Permissions ceiling;
    private final Permissions denied;
    private final @Nullable Credential credential;
    private final boolean asksForCredential;
    private final @Nullable Expiry expiry;
    private final @Nullable BooleanSupplier isRevoked;
    private final @Nullable Supplier<@Nullable Grant> limit;
    private final @Nullable DenialListener denials;

    /// The last grant [with exceptions][#except]: a connection needs the same one for each request.
    private @Nullable Excepted excepted;

    private record Excepted(Permissions exceptions, Grant grant) {}

    /// When the grant ends, by which clock.
    private record Expiry(Instant instant, InstantSource clock) {
        boolean isReached() {
            return !clock.instant().isBefore(instant);
        }
    }

    private Grant(
            Principal principal,
            Permissions allowed,
            Permissions ceiling,
            Permissions denied,
            @Nullable Credential credential,
            boolean asksForCredential,
            @Nullable Expiry expiry,
            @Nullable BooleanSupplier isRevoked,
            @Nullable Supplier<@Nullable Grant> limit,
            @Nullable DenialListener denials) {
        this.principal = principal;
        this.allowed = allowed;
        this.ceiling = ceiling;
        this.denied = denied;
        this.credential = credential;
        this.asksForCredential = asksForCredential;
        this.expiry = expiry;
        this.isRevoked = isRevoked;
        this.limit = limit;
        this.denials = denials;
    }

    public static Grant of(Principal principal, Permissions allowed) {
        return new Grant(principal, allowed, Permissions.ALL, Permissions.NONE, null, false, null, null, null, null);
    }

    /// The same grant with further permissions, within its ceiling and except what it denies.
    public Grant and(Permissions more) {
        return new Grant(
                principal,
                allowed.and(more),
                ceiling,
                denied,
                credential,
                asksForCredential,
                expiry,
                isRevoked,
                with(limit, more),
                denials);
    }

    private static @Nullable Supplier<@Nullable Grant> with(
            @Nullable Supplier<@Nullable Grant> limit, Permissions more) {
        if (limit == null) return null;
        return () -> {
            Grant now = limit.get();
            return now == null ? null : now.and(more);
        };
    }

    /// The same grant, limited to what the ceiling also permits.
    public Grant within(Permissions most) {
        return new Grant(
                principal, allowed, most, denied, credential, asksForCredential, expiry, isRevoked, limit, denials);
    }

    /// The same grant without these permissions: they are denied, whatever permits them.
    public Grant except(Permissions exceptions) {
        Excepted last = excepted; // If two threads race, their results are equal.
        if (last != null && last.exceptions.equals(exceptions)) return last.grant;
        Grant made = new Grant(
                principal,
                allowed,
                ceiling,
                denied.and(exceptions),
                credential,
                asksForCredential,
                expiry,
                isRevoked,
                limit,
                denials);
        excepted = new Excepted(exceptions, made);
        return made;
    }

    /// The same grant, proved by a credential. When that expires, the grant permits nothing from then on, and
    /// its streams end.
    public Grant by(Credential shown, InstantSource clock) {
        return new Grant(
                principal,
                allowed,
                ceiling,
                denied,
                shown,
                false,
                expiry(shown.expiry(), clock),
                isRevoked,
                limit,
                denials);
    }

    /// The same grant, for a caller who showed no credential although one might permit more.
    public Grant askingForCredential() {
        return new Grant(principal, allowed, ceiling, denied, null, true, expiry, isRevoked, limit, denials);
    }

    /// The same grant until a point in time: from then on it permits nothing, and its streams end.
    ///
    /// @param instant null if it does not expire
    public Grant until(@Nullable Instant instant, InstantSource clock) {
        return new Grant(
                principal,
                allowed,
                ceiling,
                denied,
                credential,
                asksForCredential,
                expiry(instant, clock),
                isRevoked,
                limit,
                denials);
    }

    /// The same grant, which permits nothing once it is revoked, even where it is already in use, for example by
    /// a request whose body is still arriving. [dev.sluice.core.delivery.Hub#revoke] ends its streams.
    ///
    /// @param revoked returns true once the grant is revoked; added to the conditions that the grant has
    public Grant unless(BooleanSupplier revoked) {
        BooleanSupplier before = isRevoked;
        BooleanSupplier either = before == null ? revoked : () -> before.getAsBoolean() || revoked.getAsBoolean();
        return new Grant(
                principal, allowed, ceiling, denied, credential, asksForCredential, expiry, either, limit, denials);
    }

    /// The same grant, limited at each use to what another grant also permits: that of the same caller under the
    /// rules in force at that time. [dev.sluice.core.delivery.Hub#review] ends what is no longer permitted.
    ///
    /// @param now supplies the other grant; null if there is no limit. Called from any thread; must not block
    public Grant limitedBy(Supplier<@Nullable Grant> now) {
        return new Grant(
                principal, allowed, ceiling, denied, credential, asksForCredential, expiry, isRevoked, now, denials);
    }

    /// The same grant, which reports each call that it does not permit.
    public Grant reportingTo(DenialListener listener) {
        return new Grant(
                principal, allowed, ceiling, denied, credential, asksForCredential, expiry, isRevoked, limit, listener);
    }

    private static @Nullable Expiry expiry(@Nullable Instant instant, InstantSource clock) {
        return instant == null ? null : new Expiry(instant, clock);
    }

    public Principal principal() {
        return principal;
    }

    /// The permissions, within [#ceiling] and except [#denied], until the [#expiry].
    public Permissions allowed() {
        return allowed;
    }

    /// The permissions that the grant never exceeds.
    public Permissions ceiling() {
        return ceiling;
    }

    /// The permissions that are denied, whatever else permits them.
    public Permissions denied() {
        return denied;
    }

    /// The credential that proved the caller's identity; empty if there was none.
    public Optional<Credential> credential() {
        return Optional.ofNullable(credential);
    }

    public boolean hasExpired() {
        return expiry != null && expiry.isReached();
    }

    /// When it expires; null if it never does.
    public @Nullable Instant expiry() {
        return expiry == null ? null : expiry.instant;
    }

    /// Milliseconds until it expires, by the clock with which it was created: 0 or less if it has expired,
    /// [Long#MAX_VALUE] if it never does.
    public long timeLeftMs() {
        if (expiry == null) return Long.MAX_VALUE;
        return TimeUnit.MILLISECONDS.convert(Duration.between(expiry.clock.instant(), expiry.instant));
    }

    /// Whether it is revoked and permits nothing, even if it has not expired: see [#unless].
    public boolean isRevoked() {
        return isRevoked != null && isRevoked.getAsBoolean();
    }

    /// Whether it may permit less than when it was given: see [#limitedBy].
    public boolean isLimited() {
        return limit() != null;
    }

    private @Nullable Grant limit() {
        return limit == null ? null : limit.get();
    }

    private boolean isOver() {
        return hasExpired() || isRevoked();
    }

    /// Whether the grant permits this verb on each channel of the pattern.
    public boolean permits(Verb verb, Pattern channels) {
        if (isOver() || !allowed.covers(verb, channels) || !ceiling.covers(verb, channels)) return false;
        if (denied.overlaps(verb, channels)) return false;
        Grant now = limit();
        return now == null || now.permits(verb, channels);
    }

    /// Whether the grant permits this verb on the channel; for [Verb#PUBLISH] possibly only for events of some
    /// type or key.
    public boolean permits(Verb verb, ChannelName channel) {
        if (isOver() || !allowed.permits(verb, channel) || !ceiling.permits(verb, channel)) return false;
        if (denied.permitsEveryEvent(verb, channel)) return false;
        Grant now = limit();
        return now == null || now.permits(verb, channel);
    }

    /// Whether the grant permits this verb for an event of this type and key.
    public boolean permits(Verb verb, ChannelName channel, @Nullable String type, @Nullable String key) {
        if (isOver() || !allowed.permits(verb, channel, type, key) || !ceiling.permits(verb, channel, type, key)) {
            return false;
        }
        if (denied.permits(verb, channel, type, key)) return false;
        Grant now = limit();
        return now == null || now.permits(verb, channel, type, key);
    }

    /// The maximum number of channels that the caller may create, if it creates this one with an event of this
    /// type and key, or [Permission#UNBOUNDED].
    public int channelsMax(ChannelName channel, @Nullable String type, @Nullable String key) {
        int max = Math.min(allowed.channelsMax(channel, type, key), ceiling.channelsMax(channel, type, key));
        Grant now = limit();
        return now == null ? max : Math.min(max, now.channelsMax(channel, type, key));
    }

    /// The maximum number of channels as in [#channelsMax(ChannelName, String, String)], if the caller creates
    /// this one without an event, as a channel that has ended.
    public int channelsMax(ChannelName channel) {
        int max = Math.min(allowed.channelsMax(channel), ceiling.channelsMax(channel));
        Grant now = limit();
        return now == null ? max : Math.min(max, now.channelsMax(channel));
    }

    /// Whether the grant may permit this verb on any channel at all.
    public boolean permitsAny(Verb verb) {
        if (isOver() || !allowed.permitsAny(verb) || !ceiling.permitsAny(verb)) return false;
        Grant now = limit();
        return now == null || now.permitsAny(verb);
    }

    /// @throws AccessDeniedException unless the grant [permits][#permits] it
    public void require(Verb verb, Pattern channels) {
        if (!permits(verb, channels)) throw denied(verb, channels.value());
    }

    /// @throws AccessDeniedException unless the grant [permits][#permits] it
    public void require(Verb verb, ChannelName channel) {
        if (!permits(verb, channel)) throw denied(verb, channel.value());
    }

    /// @throws AccessDeniedException unless the grant [permits][#permits] it
    public void require(Verb verb, ChannelName channel, @Nullable String type, @Nullable String key) {
        if (!permits(verb, channel, type, key)) throw denied(verb, channel.value());
    }

    private AccessDeniedException denied(Verb verb, String channels) {
        AccessDeniedException refusal =
                new AccessDeniedException(principal, verb, channels, asksForCredential || isOver());
        if (denials != null) denials.denied(this, refusal);
        return refusal;
    }
}
