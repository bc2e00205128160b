/** What is the matter with groups, and what they were like before. */
package dev.fathom.http.diagnosis;
