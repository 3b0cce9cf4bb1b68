package dev.sluice.core.access;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The channels on which each verb is permitted. Immutable.
public final class Permissions {
    /// Permits nothing.
    public static final Permissions NONE = new Permissions(Map.of(), false);

    /// Permits everything, including names reserved for the server.
    public static final Permissions ALL = new Permissions(Map.of(), true);

    private final Map<Verb, List<Permission>> byVerb;
    private final boolean isUnlimited;

    private Permissions(Map<Verb, List<Permission>> byVerb, boolean isUnlimited) {
        this.byVerb = byVerb;
        this.isUnlimited = isUnlimited;
    }

    /// @param byVerb a verb that is missing is permitted nowhere
    public static Permissions of(Map<Verb, List<Permission>> byVerb) {
        var copy = new EnumMap<Verb, List<Permission>>(Verb.class);
        byVerb.forEach((verb, each) -> {
            if (!each.isEmpty()) copy.put(verb, List.copyOf(each));
        });
        return copy.isEmpty() ? NONE : new Permissions(copy, false);
    }

    /// The union of both.
    public Permissions and(Permissions other) {
        if (isUnlimited || other.isEmpty()) return this;
        if (other.isUnlimited || isEmpty()) return other;
        var all = new EnumMap<Verb, List<Permission>>(Verb.class);
        all.putAll(byVerb);
        other.byVerb.forEach((verb, each) -> all.merge(verb, each, Permissions::concatenated));
        return new Permissions(all, false);
    }

    private static List<Permission> concatenated(List<Permission> some, List<Permission> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    public boolean isEmpty() {
        return !isUnlimited && byVerb.isEmpty();
    }

    /// Whether the verb is permitted on any channel at all.
    public boolean permitsAny(Verb verb) {
        return isUnlimited || byVerb.containsKey(verb);
    }

    /// Whether the verb is permitted on each channel of the pattern: whether one permission covers it.
    public boolean covers(Verb verb, Pattern channels) {
        if (isUnlimited) return true;
        for (Permission each : granted(verb)) if (each.channels().covers(channels)) return true;
        return false;
    }

    /// Whether the verb is permitted on at least one channel of the pattern, or may be.
    public boolean overlaps(Verb verb, Pattern channels) {
        if (isUnlimited) return true;
        for (Permission each : granted(verb)) if (each.channels().overlaps(channels)) return true;
        return false;
    }

    /// Whether the verb is permitted on the channel, possibly only for events of some type or key.
    public boolean permits(Verb verb, ChannelName channel) {
        if (isUnlimited) return true;
        for (Permission each : granted(verb)) if (each.channels().matches(channel)) return true;
        return false;
    }

    /// Whether the verb is permitted on the channel for events of every type and key.
    boolean permitsEveryEvent(Verb verb, ChannelName channel) {
        if (isUnlimited) return true;
        for (Permission each : granted(verb))
            if (each.isUnlimited() && each.channels().matches(channel)) return true;
        return false;
    }

    /// Whether the verb is permitted for an event of this type and key.
    public boolean permits(Verb verb, ChannelName channel, @Nullable String type, @Nullable String key) {
        if (isUnlimited) return true;
        for (Permission each : granted(verb)) {
            if (each.admits(type, key) && each.channels().matches(channel)) return true;
        }
        return false;
    }

    /// The maximum number of channels that a caller may create by publishing events of this type and key: the
    /// highest limit of the permissions for it, or [Permission#UNBOUNDED].
    int channelsMax(ChannelName channel, @Nullable String type, @Nullable String key) {
        int max = 0;
        for (Permission each : granted(Verb.PUBLISH)) {
            if (each.admits(type, key) && each.channels().matches(channel)) max = Math.max(max, each.channelsMax());
        }
        return max == 0 ? Permission.UNBOUNDED : max;
    }

    /// The maximum number of channels as in [#channelsMax(ChannelName, String, String)], by the permissions for
    /// any event.
    int channelsMax(ChannelName channel) {
        int max = 0;
        for (Permission each : granted(Verb.PUBLISH))
            if (each.channels().matches(channel)) max = Math.max(max, each.channelsMax());
        return max == 0 ? Permission.UNBOUNDED : max;
    }

    /// The permissions for a verb; also empty if everything is permitted.
    public List<Permission> granted(Verb verb) {
        return byVerb.getOrDefault(verb, List.of());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Permissions that && isUnlimited == that.isUnlimited && byVerb.equals(that.byVerb);
    }

    @Override
    public int hashCode() {
        return Objects.hash(byVerb, isUnlimited);
    }

    @Override
    public String toString() {
        return isUnlimited ? "everything" : byVerb.toString();
    }
}
