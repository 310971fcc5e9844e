"""What is heard: the sounds of a project become one track."""
