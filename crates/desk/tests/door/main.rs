//! The desk through its one door, on a real encrypted database: one program, for each test file builds the same requests anew.

mod agreements;
mod broken;
mod by_hand;
mod counter;
mod credits;
mod customers;
mod daily_round;
mod data;
mod drawers;
mod enrollments;
mod gift_cards;
mod house;
mod images;
mod import;
mod life;
mod mail;
mod many;
mod members;
mod mistakes;
mod moves;
mod organizations;
mod practice;
mod refunds;
mod sold_memberships;
mod tasks;
mod why;
