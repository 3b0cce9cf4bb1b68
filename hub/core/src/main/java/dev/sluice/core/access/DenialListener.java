package dev.sluice.core.access;

/// Notified of each call that a grant [does not permit][AccessDeniedException].
@FunctionalInterface
public interface DenialListener {
    /// Called by the thread that made the call, often an event loop: it must not block.
    ///
    /// @param grant  the grant of the caller
    /// @param denied the exception that is about to be thrown
    void denied(Grant grant, AccessDeniedException denied);
}
