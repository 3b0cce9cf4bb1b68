/// A long text that comes word by word, as an AI assistant types its answer; written by a prepared text, or by
/// a real model behind an OpenAI-compatible address. Read [dev.sluice.demos.typewriter.Typewriter] first.
@NullMarked
package dev.sluice.demos.typewriter;

import org.jspecify.annotations.NullMarked;
