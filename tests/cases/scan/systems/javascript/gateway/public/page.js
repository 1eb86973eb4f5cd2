fetch('http://mail/subscribe');
