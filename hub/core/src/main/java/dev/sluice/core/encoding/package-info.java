/// Encoded events: each event is encoded once per wire format, into segments of native memory that all its
/// readers copy from. Read [Segment] first; [SegmentPool] decides when memory is released. [Sha256]
/// hashes any bytes.
@NullMarked
package dev.sluice.core.encoding;

import org.jspecify.annotations.NullMarked;
