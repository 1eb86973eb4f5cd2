module example.com/front
