/**
 * The service itself: who one is to it, its catalogue of problems.
 */
package dev.fathom.http.service;
