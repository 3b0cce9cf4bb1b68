/// Small programs that use Sluice as a library: a clock, a ticker, a stream that ends, a chat, live messages. Each
/// consists of one Java file and its pages, for readers who know neither Sluice nor its implementation.
@NullMarked
package dev.sluice.demos;

import org.jspecify.annotations.NullMarked;
