/// What a log would say, found out in the simplest way: an independent opinion for property tests. Read
/// [dev.sluice.core.model.LogModel].
@org.jspecify.annotations.NullMarked
package dev.sluice.core.model;
