/// Small programs that use Sluice as a library: a clock, a ticker, a stream that ends, a chat, live messages. Each
/// consists of one Java file and its pages, for readers who know neither Sluice nor its implementation.
///
/// A use of channels is a program beside [Quotes] and a constant of [Use], with its texts in
/// `gallery.UseCard`; any other demo is a constant of [Demo], with its streams in `stage.DemoRelays`.
@NullMarked
package dev.sluice.demos;

import org.jspecify.annotations.NullMarked;
