package dev.sluice.core.access;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The permissions of a principal, and their expiry: for each verb the patterns of the channels. Everything else is
/// denied. Immutable, may be used from any thread.
///
/// A selection must lie wholly within a grant, each of its patterns [within one granted pattern][Pattern#covers]; it
/// is never narrowed to the part that is granted.
public final class Grant {
    /// Everything, also on names that are reserved for the server, by an anonymous caller and for ever: for the
    /// program around the hub, and for everybody where no access is configured.
    public static final Grant EVERYTHING = new Grant(Principal.ANONYMOUS, Map.of(), true, null, null);

    private final Principal principal;
    private final Map<Verb, List<Pattern>> patterns;
    private final boolean isUnlimited;
    private final @Nullable Instant end;
    private final @Nullable InstantSource clock;

    private Grant(
            Principal principal,
            Map<Verb, List<Pattern>> patterns,
            boolean isUnlimited,
            @Nullable Instant end,
            @Nullable InstantSource clock) {
        this.principal = principal;
        this.patterns = patterns;
        this.isUnlimited = isUnlimited;
        this.end = end;
        this.clock = clock;
    }

    /// @param patterns for each verb the channels; a verb that is missing is denied everywhere
    public static Grant of(Principal principal, Map<Verb, List<Pattern>> patterns) {
        var copy = new EnumMap<Verb, List<Pattern>>(Verb.class);
        patterns.forEach((verb, each) -> copy.put(verb, List.copyOf(each)));
        return new Grant(principal, copy, false, null, null);
    }

    /// The same grant until a point in time: from then on it permits nothing. Streams that have begun go on.
    public Grant until(Instant instant, InstantSource source) {
        return new Grant(principal, patterns, isUnlimited, instant, source);
    }

    public Principal principal() {
        return principal;
    }

    /// Whether the grant permits this verb on each channel of the pattern.
    public boolean permits(Verb verb, Pattern channels) {
        if (hasEnded()) return false;
        if (isUnlimited) return true;
        for (Pattern granted : granted(verb)) if (granted.covers(channels)) return true;
        return false;
    }

    public boolean permits(Verb verb, ChannelName channel) {
        if (hasEnded()) return false;
        if (isUnlimited) return true;
        for (Pattern granted : granted(verb)) if (granted.matches(channel)) return true;
        return false;
    }

    /// Whether the grant permits this verb on any channel at all.
    public boolean permitsAny(Verb verb) {
        return !hasEnded() && (isUnlimited || !granted(verb).isEmpty());
    }

    /// @throws AccessDenied unless the grant [permits][#permits] it
    public void require(Verb verb, Pattern channels) {
        if (!permits(verb, channels)) throw new AccessDenied(principal, verb, channels.value());
    }

    /// @throws AccessDenied unless the grant [permits][#permits] it
    public void require(Verb verb, ChannelName channel) {
        if (!permits(verb, channel)) throw new AccessDenied(principal, verb, channel.value());
    }

    private List<Pattern> granted(Verb verb) {
        return patterns.getOrDefault(verb, List.of());
    }

    private boolean hasEnded() {
        return end != null && clock != null && !clock.instant().isBefore(end);
    }
}
