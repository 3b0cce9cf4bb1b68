/// A proxy between an AI provider's SDK and the provider, which keeps streamed answers in channels: a reader that
/// reconnects, and every other reader, gets the whole answer. Start with [dev.sluice.relay.Relay]; `docs/relay.md`
/// says how an answer is stored.
@NullMarked
package dev.sluice.relay;

import org.jspecify.annotations.NullMarked;
