/// The lab: measures polling, long polling, Server-Sent Events, streamed fetch and WebSocket with the same
/// events. Start with [dev.sluice.lab.LabRun].
@NullMarked
package dev.sluice.lab;

import org.jspecify.annotations.NullMarked;
