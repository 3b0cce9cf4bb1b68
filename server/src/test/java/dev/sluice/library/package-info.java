/// Programs that use Sluice as a library, seen through clients that are not ours. Each test is a program as a user
/// would write it, outside of the library's packages.
@org.jspecify.annotations.NullMarked
package dev.sluice.library;
