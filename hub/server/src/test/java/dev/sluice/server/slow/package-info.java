/// Readers that stop, crawl or vanish, beside one that keeps up.
@org.jspecify.annotations.NullMarked
package dev.sluice.server.slow;
