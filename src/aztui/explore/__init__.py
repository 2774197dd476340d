"""What is found out about answers: pure functions of what came."""
