/// Events as bytes: an event is encoded once per wire form, into segments of native memory that all its
/// readers copy from. Read [Segment] first; [SegmentPool] has the rule by which memory is given back.
@NullMarked
package dev.sluice.core.encoded;

import org.jspecify.annotations.NullMarked;
