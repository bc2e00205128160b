package dev.fathom.kafka;

import org.apache.kafka.clients.admin.Admin;

/** Whom to ask, until when, and what makes answers of it. */
record Asking(Admin admin, Deadline deadline, Answers answers) {}
