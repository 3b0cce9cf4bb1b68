package dev.sluice.server.subscribe;

import dev.sluice.server.http.head.Problems;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The envelopes of a transport. `docs/protocol.md` §2, *Envelope*.
///
/// @param ofOne           the default for one channel, named in full
/// @param ofSeveral       the default for several channels or a wildcard
/// @param isFixed         whether the default is the only envelope
/// @param isRawForOneOnly whether raw events of several channels are refused
/// @param reportsGapsRaw  whether a gap can be reported between raw events; between envelopes it always can
public record Envelopes(
        Envelope ofOne, Envelope ofSeveral, boolean isFixed, boolean isRawForOneOnly, boolean reportsGapsRaw) {
    /// Always the whole event.
    public static final Envelopes JSON = new Envelopes(Envelope.JSON, Envelope.JSON, true, false, false);

    /// The whole event unless the data alone is requested.
    public static final Envelopes ANY = new Envelopes(Envelope.JSON, Envelope.JSON, false, false, true);

    /// Always the data alone, with nothing else between events.
    public static final Envelopes RAW = new Envelopes(Envelope.RAW, Envelope.RAW, true, false, false);

    /// The envelope of a subscription.
    ///
    /// @param requested null for the default
    /// @param isSingle  whether the selection is one channel, named in full
    /// @throws dev.sluice.server.http.head.ProblemException if the transport does not have this envelope
    Envelope of(@Nullable Envelope requested, boolean isSingle, TransportSpec transport) {
        Envelope usual = isSingle ? ofOne : ofSeveral;
        Envelope envelope = requested == null ? usual : requested;
        if (isFixed && envelope != usual) {
            throw Problems.BAD_PARAMETER.refused(
                    "envelope",
                    "The envelope of " + transport.title() + " is always "
                            + usual.name().toLowerCase(Locale.ROOT) + ": leave envelope= out.");
        }
        if (isRawForOneOnly && envelope == Envelope.RAW && !isSingle) {
            throw Problems.BAD_PARAMETER.refused(
                    "envelope",
                    "A raw " + transport.title() + " carries exactly one channel, named in full:"
                            + " name one, or use envelope=json.");
        }
        return envelope;
    }

    /// Returns true if a gap can be reported within the stream. Otherwise a gap ends the stream, so that it is
    /// not skipped silently.
    boolean reportGaps(Envelope envelope) {
        return envelope == Envelope.JSON || reportsGapsRaw;
    }
}
