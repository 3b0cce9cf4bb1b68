package dev.sluice.server.auth.hook;

import java.time.Instant;

/// The result of asking the application: exactly one of four things.
public sealed interface HookDecision {
    /// @param at the time at which the hub asked, by the wall clock
    record Allowed(HookResponse answer, Instant at) implements HookDecision {}

    /// The application refuses the caller, or requires a credential.
    ///
    /// @param asksForCredential whether the caller may try again with a credential
    record Denied(boolean asksForCredential) implements HookDecision {}

    /// The application does not answer, or gives no valid answer.
    record Unavailable() implements HookDecision {}

    /// Too many questions are waiting.
    record Busy() implements HookDecision {}
}
