package dev.sluice.spring.listener;

import java.util.Optional;

/// Keeps the cursors of listeners, so that they resume after a restart. A bean of this type is called by each
/// listener on its own thread. A crash between the method's end and [#save] repeats one event and loses none.
///
/// Each instance of an application gets every event. If several share a table, its key holds the instance
/// besides the listener: else they skip each other's events after a restart.
public interface SluiceCursorStore {
    /// Returns the cursor of a listener; empty if there is none yet.
    Optional<String> load(String listener);

    /// Replaces the cursor of a listener, after its method has returned, or when the hub says that there is
    /// nothing new.
    void save(String listener, String cursor);
}
