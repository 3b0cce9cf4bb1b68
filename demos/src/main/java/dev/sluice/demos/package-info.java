/// Small programs that use Sluice as a library: a clock, a ticker, a stream that ends, a chat, live messages. Each is
/// one file of Java and its pages, meant to be read by somebody who knows neither Sluice nor what it is made of.
@NullMarked
package dev.sluice.demos;

import org.jspecify.annotations.NullMarked;
