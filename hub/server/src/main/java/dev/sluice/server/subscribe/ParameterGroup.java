package dev.sluice.server.subscribe;

import java.util.EnumSet;
import java.util.Set;

/// Parameters that a transport accepts together or not at all. A transport lists the groups that it accepts, and
/// refuses any other parameter. `docs/protocol.md` §2.
public enum ParameterGroup {
    /// The transport.
    TRANSPORT,
    /// The channels.
    CHANNELS,
    /// The start of the subscription. At most one parameter of this group and [#BEFORE] may be given.
    START,
    /// The cursor from which a broken connection resumes, for clients that can't send a header.
    RESUME,
    /// The end of a page of older events.
    BEFORE,
    /// Filters of the channels' events.
    FILTER,
    /// Conflation and coalescing while the reader lags.
    LAG,
    /// The reaction to missing events.
    GAP,
    /// The data alone, or the whole event.
    ENVELOPE,
    /// Changes of the channels' members.
    PRESENCE,
    /// Membership, as long as the subscription lasts.
    JOIN,
    /// The client's identity.
    CLIENT,
    /// The interval of heartbeats.
    HEARTBEAT,
    /// The form of heartbeats: further values of the parameter of [#HEARTBEAT].
    HEARTBEAT_FORM,
    /// Bytes before anything else.
    PADDING,
    /// The form of refusals.
    ERRORS,
    /// The size of an answer, and the time to wait for it.
    ANSWER;

    /// The groups of every transport that delivers events.
    public static final Set<ParameterGroup> EVENTS =
            Set.of(TRANSPORT, CHANNELS, START, FILTER, LAG, GAP, ENVELOPE, PRESENCE);

    /// The groups of every stream.
    public static final Set<ParameterGroup> STREAM = plus(EVENTS, JOIN, CLIENT, HEARTBEAT);

    /// Returns these groups and others.
    public static Set<ParameterGroup> plus(Set<ParameterGroup> some, ParameterGroup... others) {
        EnumSet<ParameterGroup> all = EnumSet.copyOf(some);
        all.addAll(Set.of(others));
        return Set.copyOf(all);
    }
}
