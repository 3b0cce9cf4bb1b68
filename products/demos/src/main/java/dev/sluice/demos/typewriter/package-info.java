/// A long text that arrives word by word, as an AI assistant types its answer, from a prepared text or from a model
/// with an OpenAI-compatible API. Start with [dev.sluice.demos.Typewriter].
@NullMarked
package dev.sluice.demos.typewriter;

import org.jspecify.annotations.NullMarked;
