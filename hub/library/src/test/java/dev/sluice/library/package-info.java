/// Programs that use Sluice as a library, tested mostly with clients of other projects. Each test is a program as a
/// user would write it, outside the library's packages.
@org.jspecify.annotations.NullMarked
package dev.sluice.library;
