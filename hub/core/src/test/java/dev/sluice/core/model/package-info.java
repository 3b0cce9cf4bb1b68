/// A simple, independent model of a log, with which property tests compare real logs. Read
/// [dev.sluice.core.model.LogModel] first.
@org.jspecify.annotations.NullMarked
package dev.sluice.core.model;
