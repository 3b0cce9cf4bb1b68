package dev.sluice.core.access;

/// Notified of each call that a grant [does not permit][AccessDeniedException].
@FunctionalInterface
public interface DenialListener {
    /// Called by the thread that made the call, often an event loop: it must not block.
    ///
    /// @param grant  of the caller
    /// @param denied what is about to be thrown
    void denied(Grant grant, AccessDeniedException denied);
}
