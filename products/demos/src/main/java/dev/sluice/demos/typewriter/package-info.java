/// A long text that arrives word by word, like the answer of an AI assistant, from a prepared text or from a
/// model with an OpenAI-compatible API. Start with [dev.sluice.demos.Typewriter].
@NullMarked
package dev.sluice.demos.typewriter;

import org.jspecify.annotations.NullMarked;
