package dev.fathom.kafka;

import org.apache.kafka.clients.admin.Admin;

/** A client, the deadline, and the bridge from its futures to answers. */
record Asking(Admin admin, Deadline deadline, Answers answers) {}
