package dev.sluice.server.auth.identity;

import org.jspecify.annotations.Nullable;

/// The callers to which a rule applies.
public sealed interface GrantSubject {
    /// Returns true if a caller is one of them.
    ///
    /// @param caller null for an anonymous caller
    boolean includes(@Nullable Identity caller);

    /// Every caller, with or without a credential.
    record Anyone() implements GrantSubject {
        @Override
        public boolean includes(@Nullable Identity caller) {
            return true;
        }
    }

    /// Every caller with a credential.
    record Authenticated() implements GrantSubject {
        @Override
        public boolean includes(@Nullable Identity caller) {
            return caller != null;
        }
    }

    /// The caller with this name.
    record Subject(String name) implements GrantSubject {
        @Override
        public boolean includes(@Nullable Identity caller) {
            return caller != null && caller.subject().equals(name);
        }
    }

    /// Every caller with this role.
    record Role(String name) implements GrantSubject {
        @Override
        public boolean includes(@Nullable Identity caller) {
            return caller != null && caller.roles().contains(name);
        }
    }
}
