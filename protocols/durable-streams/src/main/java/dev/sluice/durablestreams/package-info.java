/// The Durable Streams protocol over the channels of a hub: a stream is a channel, an offset is a cursor. Start
/// with [dev.sluice.durablestreams.DurableStreams]; `docs/durable-streams.md` has the mapping and its reasons.
@NullMarked
package dev.sluice.durablestreams;

import org.jspecify.annotations.NullMarked;
