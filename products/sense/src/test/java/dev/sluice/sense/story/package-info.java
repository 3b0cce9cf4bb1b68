/// The whole way from a server that breaks to the people who are told. Read [BrokenServersTest] first.
package dev.sluice.sense.story;
